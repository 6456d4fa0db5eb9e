import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import {
  BackendVm,
  BgpAnnouncement,
  Check,
  Director,
  IpvsService,
  IpvsServiceArgs,
  NetnsBackend,
  RealServer,
  RealServerArgs,
  Router,
  Vip,
} from "../../../components";
import { Testbed, Program } from "../testbed";

const engine = "keepalived";

/** Services of one web server, which lives, on the director's own machine. */
class Checked {
  private readonly balanced;
  private readonly backend: BackendVm;
  private port = 80;

  constructor(testbed: Testbed) {
    this.balanced = testbed.balanced({ engine });
    const { host } = this.balanced.director;
    this.backend = new BackendVm("app", { host, page: "app", port: 8080 });
  }

  service(name: string, member: RealServerArgs, more: Partial<IpvsServiceArgs> = {}): void {
    const realServers = [new RealServer(name, { backend: this.backend, ...member })];
    new IpvsService(name, { ...this.balanced, port: this.port++, realServers, ...more });
  }
}

const digest = createHash("md5").update("app\n").digest("hex");
const script: Check = { type: "script", command: "/bin/true" };

/** Two directors that share addresses, on two machines. */
function pair(testbed: Testbed) {
  return (["lb1", "lb2"] as const).map((name, i) => {
    const host = testbed.hostOfTwo(name, i === 0 ? 0 : 1);
    return new Director(`${name}-director`, { host, engine });
  });
}

export const keepalived: Record<string, Program> = {
  "checks over TCP and by a script, and services of other protocols": {
    declare: (testbed) => {
      const checked = new Checked(testbed);
      checked.service("usual", {});
      checked.service("given", {
        check: { type: "tcp", port: 8080, timeout: 5, interval: 3, retries: 1, retryDelay: 2 },
      });
      checked.service("script", { check: script });
      checked.service("udp", { check: script }, { protocol: "udp", scheduler: "rr" });
      checked.service("sctp", { check: script }, { protocol: "sctp", scheduler: "sh" });
    },
  },
  "checks over UDP, of names, mail and by ping": {
    before: `cat >/tmp/rest-answers.py <<'END'
import socket, threading
def udp(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("0.0.0.0", port))
    while True:
        data, peer = s.recvfrom(600)
        # A header of DNS becomes an answer without an error; other data come back as they are.
        s.sendto(data[:2] + bytes([data[2] | 0x80]) + data[3:] if port == 5353 else data, peer)
def mail():
    s = socket.create_server(("0.0.0.0", 2525))
    while True:
        c, _ = s.accept(); c.sendall(b"220 rest\\r\\n"); f = c.makefile()
        for line in f:
            c.sendall(b"221 bye\\r\\n" if line.upper().startswith("QUIT") else b"250 rest\\r\\n")
            if line.upper().startswith("QUIT"): break
        f.close(); c.close()
for run in (lambda: udp(5353), lambda: udp(5514), mail): threading.Thread(target=run).start()
END
python3 /tmp/rest-answers.py </dev/null >/dev/null 2>&1 & echo $! >/tmp/rest-answers.pid; sleep 1`,
    after: "kill $(cat /tmp/rest-answers.pid); rm /tmp/rest-answers.*",
    declare: (testbed) => {
      const checked = new Checked(testbed);
      const udp = { protocol: "udp", scheduler: "rr" } as const;
      const name = "www.example.org";
      checked.service("names", { check: { type: "dns", recordType: "A", name, port: 5353 } }, udp);
      checked.service("mail", { check: { type: "smtp", helo: "lb.example.org", port: 2525 } });
      const log = { type: "udp", port: 5514, payload: "0a0b" } as const;
      checked.service("answers", { check: { ...log, requireReply: true } }, udp);
      checked.service("begins", { check: { ...log, reply: "0axx" } }, udp);
      checked.service("ping", { check: { type: "ping" } }, udp);
    },
  },
  "checks over HTTP": {
    declare: (testbed) => {
      const checked = new Checked(testbed);
      checked.service("usual", { check: { type: "http" } });
      const http = { type: "http", path: "/", host: "www.example.org" } as const;
      checked.service("status", { check: { ...http, status: [301, 200], digest, interval: 1 } });
      checked.service("one", { check: { ...http, status: 200, port: 8080 } });
    },
  },
  "checks over HTTPS": {
    before: [
      "cd /tmp; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \\",
      "  -subj /CN=rest -keyout rest-tls.key -out rest-tls.pem 2>/dev/null",
      "openssl s_server -accept 8443 -key rest-tls.key -cert rest-tls.pem -WWW -quiet \\",
      "  </dev/null >/dev/null 2>&1 & echo $! >rest-tls.pid",
    ].join("\n"),
    after: "kill $(cat /tmp/rest-tls.pid); rm /tmp/rest-tls.*",
    declare: (testbed) => {
      const balanced = testbed.balanced({ engine });
      const check: Check = {
        ...{ type: "https", path: "/rest-tls.pem", status: [200], host: "www.example.org" },
        ...{ timeout: 5, port: 8443 },
      };
      const realServers = [new RealServer("app", { address: "192.0.2.10", port: 8443, check })];
      new IpvsService("web", { ...balanced, port: 443, realServers });
    },
  },
  "a quorum, members that are inhibited, and servers that say sorry": {
    warnings: [/^realServers\[0\]: upperThreshold counts closed connections/],
    declare: (testbed) => {
      const checked = new Checked(testbed);
      const sorryServer = { address: "192.0.2.10", port: 8081 };
      checked.service(
        "quorum",
        { weight: 5, inhibitOnFailure: true, upperThreshold: 100, lowerThreshold: 9 },
        { quorum: 3, hysteresis: 1, sorryServer, scheduler: "wrr" },
      );
      const here = { address: "192.0.2.99", port: 81, forwarding: "gate" } as const;
      checked.service("sorry", {}, { sorryServer: here, drainTimeout: 0 });
      checked.service("modes", {}, { alpha: true, omega: true });
    },
  },
  "persistence, flags and marks of services that are checked": {
    declare: (testbed) => {
      const checked = new Checked(testbed);
      const sip = { timeout: 300, engine: "sip" } as const;
      checked.service("sip", { check: script }, { protocol: "udp", persistence: sip });
      checked.service("network", {}, { persistence: { timeout: 600, netmask: "255.255.255.0" } });
      checked.service("hash", {}, { scheduler: "sh", schedulerFlags: ["sh-port", "sh-fallback"] });
      checked.service("maglev", {}, { scheduler: "mh", schedulerFlags: ["mh-port"] });
      const ports = { port: undefined, firewallMark: 6, ports: [90, "443/udp"] };
      checked.service("mark", { check: script }, ports);
    },
  },
  "checked members behind tunnels and of IPv6": {
    warnings: [/^realServers: packets through tunnels/],
    declare: (testbed) => {
      const { director } = testbed.balanced({ engine });
      const { host } = director;
      const vip = new Vip("six", { host, address: "2001:DB8:10::0100" });
      const tunnel = { type: "gue", port: 6080, checksum: "csum" } as const;
      const members = [
        new RealServer("six", { address: "2001:DB8:10::21", forwarding: "ipip", check: script }),
        new RealServer("gue", {
          address: "2001:db8:10::22",
          forwarding: "ipip",
          tunnel,
          check: script,
        }),
      ];
      new IpvsService("tunnels", { director, vip, port: 80, realServers: members });
      const behind = [
        new RealServer("behind", { address: "2001:db8:10::23", port: 8080, check: script }),
      ];
      new IpvsService("masquerade", { director, vip, port: 81, realServers: behind });
    },
  },
  "checked members in namespaces": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced({ engine });
      const backend = new NetnsBackend("inside", {
        ...{ host: director.host, namespace: "rest-inside", address: "192.0.2.31", page: "inside" },
        ...{ port: 8080, listen: "any" },
      });
      const check = { type: "http", interval: 1, timeout: 3 } as const;
      const member = new RealServer("inside", { backend, forwarding: "gate", check });
      new IpvsService("web", { director, vip, port: 8080, realServers: [member] });
    },
  },
  "addresses that two directors announce to routers that are not there": {
    machines: 2,
    warnings: [/^the BGP session with 203\.0\.113\.1 is down/, /^the BGP session with 198\./],
    declare: (testbed) => {
      const directors = pair(testbed);
      const router = { address: "203.0.113.1", asn: 65000, password: pulumi.secret("open sesame") };
      const far = { address: "198.18.9.1", asn: 65001, multihop: 3, bfd: false };
      const bfd = { interval: 500, multiplier: 5 };
      const announced = (name: string, address: string, more: Partial<BgpAnnouncement> = {}) =>
        new Vip(name, {
          ...{ directors, address },
          announce: { bgp: { asn: 65001, neighbors: [{ ...router, bfd }, far], ...more } },
        });
      const vip = announced("vip", "198.18.0.1");
      announced("preferred", "198.18.0.2", {
        ...{ communities: ["65001:100", "65001:1:7", "no-export"], med: 50, localPreference: 200 },
      });
      const realServers = [
        new RealServer("app", { address: "203.0.113.50", forwarding: "gate", check: script }),
      ];
      new IpvsService("web", { directors, vip, port: 80, scheduler: "mh", realServers });
    },
  },
  "an address that one director in maintenance would announce": {
    warnings: [/^the BGP session with 2001:db8:10::1 is down/],
    declare: (testbed) => {
      const director = testbed.director({ maintenance: true });
      const neighbors = [{ address: "2001:db8:10::1", asn: 65000 }];
      new Vip("vip", {
        ...{ directors: [director], address: "2001:db8:fe::1" },
        announce: { bgp: { asn: 65001, neighbors, routerId: "192.0.2.10", port: 1179 } },
      });
    },
  },
  "a router that takes the route to an address from its director": {
    machines: 2,
    declare: (testbed) => {
      const director = new Director("director", { host: testbed.hostOfTwo("lb", 0) });
      const vip = new Vip("vip", {
        ...{ directors: [director], address: "198.18.0.3" },
        announce: { bgp: { asn: 65001, neighbors: [{ address: "203.0.113.20", asn: 65000 }] } },
      });
      const realServers = [new RealServer("app", { address: "203.0.113.50", forwarding: "gate" })];
      const web = new IpvsService("web", {
        ...{ director, vip, port: 80, scheduler: "mh", realServers },
      });
      const host = testbed.hostOfTwo("router", 1);
      new Router("router", { host, vips: [vip], services: [web], purgePackages: false });
    },
  },
  "addresses that two directors share": {
    machines: 2,
    declare: (testbed) => {
      const directors = pair(testbed);
      const vip = new Vip("vip", { directors, address: "203.0.113.100" });
      new Vip("other", {
        ...{ directors, address: "203.0.113.101", virtualRouterId: 77, advertInterval: 1.5 },
        ...{ preempt: true, alongside: ["203.0.113.1", "2001:db8:20::1"] },
      });
      const realServers = [new RealServer("app", { address: "203.0.113.50", check: script })];
      new IpvsService("web", { directors, vip, port: 80, realServers });
    },
  },
};
