import { parseHostState } from "../../../../../components/drift/hostState";
import { Declared, detectDrift } from "../../../../../components/kinds/detectDrift";

const instance = "ipvs-lab-dev-director";
const lines = `-A -t 10.10.10.100:80 -s rr
-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1
-a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 2
inhibit 10.10.10.3:80`;
const file = `/etc/keepalived/ipvs-lab.d/${instance}/tcp-10.10.10.100-80.conf`;

const daemon: Declared = {
  kind: "keepalived",
  owner: "ipvs-lab/dev/director-keepalived",
  desired: `instance ${instance}\npurge false\n`,
  adopt: false,
};
const web: Declared = {
  kind: "keepalivedservice",
  owner: "ipvs-lab/dev/web",
  desired: `${lines}\n\nvirtual_server 10.10.10.100 80 {\n}\n`,
  adopt: false,
};

interface Seen {
  services?: string;
  /** As observe.sh prints units, and files that changed. */
  servers?: string;
  packages?: string;
  boot?: string;
  marks?: string;
}

const marks = `@ /var/lib/ipvs-lab/keepalived/${instance}
= owner ${daemon.owner}
= generation 1 new
= also 00  /etc/keepalived/ipvs-lab.d/${instance}.conf
=${" "}
= instance ${instance}
= purge false
@ /var/lib/ipvs-lab/keepalivedservice/-t 10.10.10.100:80
= owner ${web.owner}
= generation 2 new
= also 00  ${file}
=${" "}
${lines.replace(/^/gm, "= ")}
@ /var/lib/ipvs-lab/objects/keepalivedservice/-t 10.10.10.100:80
= made b00t ${web.owner}`;

/** As a director prints it; the service as it was made where nothing else is said. */
function verdict(object: Declared, seen: Seen = {}) {
  const text = `@@ host
name machine1
boot ${seen.boot ?? "b00t"}
last 7
@@ marks
${seen.marks ?? marks}
@@ links
[]
[]
@@ namespaces
@@ services
loaded
${seen.services ?? lines.replace(/\ninhibit.*/, "")}
@@ packages
ipvsadm installed
${seen.packages ?? "keepalived installed"}
@@ servers
${seen.servers ?? `keepalived/${instance} active yes yes`}
@@ tables
@@ end
`;
  return detectDrift(object, parseHostState(text), "machine1");
}

test("a keepalived and a service that are as they were made keep the fingerprints of their records", () => {
  expect(verdict(daemon)).toEqual({ fingerprint: "1 new", differences: [] });
  expect(verdict(web)).toEqual({ fingerprint: "2 new", differences: [] });
});

test("both live on over a reboot, after which keepalived has made the service again", () => {
  expect(verdict(daemon, { boot: "b11t" }).differences).toEqual([]);
  expect(verdict(web, { boot: "b11t" }).differences).toEqual([]);
});

test("what was done to keepalived is said", () => {
  const main = `/etc/keepalived/ipvs-lab.d/${instance}.conf`;
  const servers = `keepalived/${instance} inactive no yes\n${main}: FAILED`;
  expect(verdict(daemon, { servers, packages: "" }).differences).toEqual([
    `${main} has been changed`,
    "package keepalived is not installed",
    `keepalived-${instance}.service is inactive`,
    `keepalived-${instance}.service does not start at boot`,
  ]);
  expect(verdict(daemon, { servers: "" }).differences).toEqual([
    `keepalived-${instance}.service is gone`,
  ]);
});

test("a keepalived that reads its files just now is as it should be", () => {
  expect(
    verdict(daemon, { servers: `keepalived/${instance} reloading yes yes` }).differences,
  ).toEqual([]);
});

test("a service's file that is gone or changed is said, and so is a service that is gone", () => {
  const running = `keepalived/${instance} active yes yes`;
  expect(verdict(web, { servers: `${running}\n${file}: FAILED` }).differences).toEqual([
    `${file} has been changed`,
  ]);
  const gone = { servers: `${running}\n${file}: FAILED open or read`, services: "" };
  expect(verdict(web, gone).differences).toEqual([
    `${file} is gone`,
    "virtual service -t 10.10.10.100:80 is gone",
  ]);
});

const head = "-A -t 10.10.10.100:80 -s rr";
const [first, second] = [
  "-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1",
  "-a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 2",
];

test.each([
  ["no member", [head]],
  ["one member less", [head, second]],
  ["the sorry server alone", [head, "-a -t 10.10.10.100:80 -r 10.10.10.9:80 -m -w 1"]],
  ["an inhibited member of weight 0", [head, first, second.replace("-w 2", "-w 0")]],
])("%s is what checks have made of it, and no drift", (_, services) => {
  expect(verdict(web, { services: services.join("\n") }).differences).toEqual([]);
});

test("what no check makes of a service is drift", () => {
  const services = [
    head.replace("rr", "lc"),
    first.replace("-w 1", "-w 0"),
    second.replace("-m", "-g"),
  ];
  expect(verdict(web, { services: services.join("\n") }).differences).toEqual([
    "virtual service -t 10.10.10.100:80 has scheduler lc, not rr",
    "real server 10.10.10.2:80 has weight 0, not 1",
    "real server 10.10.10.3:80 has forwarding gate, not masquerade",
  ]);
});

test("another's service is refused, and that of the same owner's other engine is about to go", () => {
  const other = (owner: string) => ({
    marks: `@ /run/ipvs-lab/service/-t 10.10.10.100:80
= owner ${owner}
= generation 2 new
=${" "}
= ${head}`,
  });
  const refusal = "virtual service -t 10.10.10.100:80 exists on machine1 already";
  expect(verdict(web, { marks: "" }).conflict).toContain(refusal);
  expect(verdict(web, other("ipvs-lab/prod/web")).conflict).toContain(refusal);
  expect(verdict(web, other(web.owner))).toEqual({
    fingerprint: expect.stringMatching(/ new$/) as string,
    differences: [],
  });
  // And back again.
  const back = { ...web, kind: "service", desired: `${head}\n` };
  expect(verdict(back).conflict).toBeUndefined();
  expect(verdict({ ...back, owner: "ipvs-lab/prod/web" }).conflict).toContain(refusal);
});
