import { type Answer, imported, run } from "../../../support/import/imported";
import { importedTexts } from "../../../support/import/importedTexts";
import { realFolder } from "../../../support/import/realFiles";

jest.setTimeout(120_000);

/** What each file says, in the form of tests/support/import/read.mts. */
const read: Record<string, { services: string[]; omitted: string[] }> = {
  "web-gate.cf": {
    services: [
      '9 192.0.2.100:80/tcp scheduler=wrr sorryServer={"address":"192.0.2.9","port":80,"forwarding":"gate"}',
      '10   192.0.2.21 80 forwarding=gate {"type":"http","path":"/index.html","host":"www.example.org","timeout":3,"interval":1,"retries":0}',
      '11   192.0.2.22 80 weight=2 forwarding=gate {"type":"http","path":"/index.html","host":"www.example.org","timeout":3,"interval":1,"retries":0}',
    ],
    omitted: [
      "ldirectord/web-gate.cf:4: autoreload: how ldirectord itself runs",
      "ldirectord/web-gate.cf:5: logfile: how ldirectord itself runs",
      "ldirectord/web-gate.cf:6: emailalert: no mail is sent",
      "ldirectord/web-gate.cf:10, 11: receive: a check compares the status, and searches no text",
    ],
  },
  "range-masq.cf": {
    services: [
      '6 192.0.2.101:8080/tcp scheduler=wlc persistence={"timeout":600,"netmask":"255.255.255.255"}',
      ...["21", "22", "23", "24"].map(
        (end) =>
          `7   198.51.100.${end} 9090 weight=10 forwarding=masquerade inhibitOnFailure=true {"type":"http","path":"/health","timeout":10,"interval":5,"retries":0}`,
      ),
      '8   198.51.100.30 9090 weight=1 forwarding=masquerade inhibitOnFailure=true {"type":"http","path":"/health?deep=1","timeout":10,"interval":5,"retries":0}',
    ].map((line) => line.replace("weight=1 ", "")),
    omitted: [
      "ldirectord/range-masq.cf:8: receive: a check compares the status, and searches no text",
    ],
  },
  "fwmark.cf": {
    services: [
      '4 firewall mark 7 of ipv4 scheduler=rr persistence={"timeout":300}',
      '5   192.0.2.21 0 forwarding=gate {"type":"http","port":8080,"path":"/alive","timeout":10,"interval":10,"retries":0}',
      '6   192.0.2.22 0 forwarding=gate {"type":"http","port":8080,"path":"/alive","timeout":10,"interval":10,"retries":0}',
    ],
    omitted: [],
  },
  "ipv6.cf": {
    services: [
      '4 [2001:db8:10::100]:80/tcp scheduler=sh persistence={"timeout":60,"netmask":64} sorryServer={"address":"2001:db8:10::9","port":80,"forwarding":"gate"}',
      '5   2001:db8:10::21 80 forwarding=gate {"type":"tcp","timeout":5,"interval":15,"retries":0}',
      '6   2001:db8:10::22 80 forwarding=gate {"type":"tcp","timeout":5,"interval":15,"retries":0}',
    ],
    omitted: [],
  },
  "dns.cf": {
    services: [
      "3 192.0.2.53:53/udp scheduler=sed onePacket=true",
      ...["61", "62"].map(
        (end, i) =>
          `${4 + i}   192.0.2.${end} 53 forwarding=gate {"type":"ping","timeout":4,"interval":30,"retries":0}`,
      ),
      "10 192.0.2.53:53/tcp scheduler=sed",
      ...["61", "62"].map(
        (end, i) =>
          `${11 + i}   192.0.2.${end} 53 forwarding=gate {"type":"tcp","timeout":4,"interval":30,"retries":0}`,
      ),
    ],
    omitted: [],
  },
  "external.cf": {
    services: [
      "2 192.0.2.115:9000/tcp scheduler=lc",
      '3   198.51.100.15 9000 forwarding=masquerade {"type":"script","command":"/usr/local/bin/check-app 192.0.2.115 9000 198.51.100.15 9000","timeout":8,"interval":10,"retries":0}',
      '4   198.51.100.16 9001 forwarding=masquerade {"type":"script","command":"/usr/local/bin/check-app 192.0.2.115 9000 198.51.100.16 9001","timeout":8,"interval":10,"retries":0}',
    ],
    omitted: [],
  },
  "unchecked.cf": {
    services: [
      "2 192.0.2.117:1194/udp scheduler=sh",
      "3   198.51.100.17 1194 forwarding=masquerade",
      "4   198.51.100.18 1194 forwarding=masquerade",
      '8 192.0.2.117:8443/tcp scheduler=wrr schedulerFlags=["flag-1"]',
      "9   198.51.100.17 443 weight=4 forwarding=masquerade upperThreshold=200 lowerThreshold=100",
    ],
    omitted: [],
  },
};

/** Settings in odd places and with odd values. */
const odd = `
virtual = 192.0.2.1:http   # by the port's name
        real = web1.example.org:80 gate
        real = 198.51.100.1->198.51.0.1:80 masq
        real = 198.51.100.1:80 nat
        real = 198.51.100.2:80 masq 2 "/a"
        real = 198.51.100.3:80 masq "http://192.0.2.7/b", "yes"
        netmask = 255.255.255.0
        checktype = external-perl
        httpmethod = HEAD
        nonsense = 1
virtual = www.example.org:80
virtual6 = 192.0.2.2:80
virtual = 192.0.2.3:25
        real = 198.51.100.4:25 masq
        checktype = off
quiescent = yes
checktimeout = soon
`;

let answers: Map<string, Answer>;

beforeAll(() => {
  const names = Object.keys(read);
  const { answers: all } = imported(
    realFolder,
    names.map((name) => ({ files: [`ldirectord/${name}`] })),
  );
  answers = new Map(all.map((one, i) => [names[i] ?? "", one]));
});

test.each(Object.keys(read))("%s is read as it is meant, and what is left out is named", (name) => {
  const { services, omitted } = answers.get(name) ?? { services: [], omitted: [] };
  expect({ services, omitted }).toEqual(read[name]);
});

test("quiescent, fallback and checks reach keepalived", async () => {
  const stdin = async (name: string) =>
    (await run(answers.get(name)?.text ?? "")).map(({ inputs }) => String(inputs.stdin)).join("");
  expect(await stdin("range-masq.cf")).toContain("inhibit_on_failure");
  const web = await stdin("web-gate.cf");
  for (const line of [
    "sorry_server 192.0.2.9 80",
    "sorry_server_lvs_method DR",
    "path /index.html",
    "virtualhost www.example.org",
  ]) {
    expect(web).toContain(line);
  }
});

describe("in a file of one's own", () => {
  const texts: [name: string, text: string, error: string][] = [
    ["odd.cf", odd, ""],
    [
      "quote.cf",
      'virtual=192.0.2.1:80\n\trequest="a # b"\n',
      "quote.cf:2:10: a quote that is not closed before the line's end or comment",
    ],
    [
      "shallow.cf",
      "virtual=192.0.2.1:80\n  real=192.0.2.2:80 gate\n",
      "shallow.cf:2:1: a line of a virtual service is indented with four spaces or a tab",
    ],
    [
      "alone.cf",
      "checktimeout=3\n\n\treal=192.0.2.2:80 gate\n",
      "alone.cf:3:2: an indented line belongs to a virtual service, and the line above it is none",
    ],
    [
      "plain.cf",
      "checktimeout=3\nvirtual 192.0.2.1:80\n",
      "plain.cf:2:9: a setting has the form name = value",
    ],
  ];
  let all: Answer[];

  beforeAll(() => {
    all = importedTexts(texts);
  });

  test("what is odd is named with its line", () => {
    expect(all[0]?.services.slice(0, 3)).toEqual([
      "2 192.0.2.1:80/tcp scheduler=wrr",
      "6   198.51.100.2 80 weight=2 forwarding=masquerade inhibitOnFailure=true",
      "7   198.51.100.3 80 forwarding=masquerade inhibitOnFailure=true",
    ]);
    expect(all[0]?.omitted).toEqual([
      "odd.cf:18: checktimeout: soon is not a whole number from 1 to 3600",
      "odd.cf:3: real: web1.example.org:80 has a name or something else that is not an address",
      "odd.cf:4: real: 198.51.100.1->198.51.0.1:80 is not a range of at most 4096 addresses",
      "odd.cf:5: real: nat is none of gate, masq and ipip",
      "odd.cf:6: real: /a: not a weight, a request with what it receives, or limits",
      "odd.cf:11: nonsense: import does not know this keyword",
      "odd.cf:2: netmask: it has no effect without persistent",
      "odd.cf:6, 7: checktype: a check runs a program, and no code of Perl",
      "odd.cf:12: virtual: www.example.org is a name, not an address",
      "odd.cf:13: virtual6: 192.0.2.2:80 is not an address of IPv6",
      "odd.cf:15: real: with checktype off, ldirectord adds no member",
      "odd.cf:14: 192.0.2.3:25/tcp: realServers: an empty list; keepalived leaves out a service without members",
    ]);
  });

  test.each(texts.slice(1).map(([name, , error], i) => ({ name, error, i })))(
    "$name is refused with line and column",
    ({ error, i }) => {
      expect(all[i + 1]?.error).toBe(error);
    },
  );
});
