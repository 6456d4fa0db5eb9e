import { Director, Host, IpvsService, RealServer, Vip, VipArgs } from "../../../../components";
import { parseHostState } from "../../../../components/drift/hostState";
import { syncIdOf, vrrpInstance } from "../../../../components/keepalived/virtualRouter";
import { Declared, detectDrift } from "../../../../components/kinds/detectDrift";
import { command, registered } from "../../../support/pulumi/mocks";

// This text passed `keepalived --config-test` of keepalived 2.2.7.
test("keepalived hears who shares an address with it, and signs of life are for those alone", () => {
  const router = {
    ...{ name: "vrrp-10.10.10.100", id: 100, interface: "eth0", priority: 250, preempt: false },
    ...{ advertInterval: 0.5, own: "10.10.10.1", peers: ["10.10.10.2", "10.10.10.3"] },
    addresses: ["10.10.10.100/24", "10.10.10.254/24", "2001:db8::100/128"],
  };
  expect(vrrpInstance(router)).toBe(`vrrp_instance vrrp-10.10.10.100 {
  state BACKUP
  interface eth0
  virtual_router_id 100
  priority 250
  version 3
  advert_int 0.5
  nopreempt
  check_unicast_src
  unicast_src_ip 10.10.10.1
  unicast_peer {
    10.10.10.2
    10.10.10.3
  }
  virtual_ipaddress {
    10.10.10.100/24 dev eth0
    10.10.10.254/24 dev eth0
  }
  virtual_ipaddress_excluded {
    2001:db8::100/128 dev eth0
  }
}
`);
  expect(vrrpInstance({ ...router, preempt: true })).not.toContain("preempt");
});

test("directors that share connections know each other by a number, in whatever order they are named", () => {
  const id = syncIdOf(["10.10.10.1", "10.10.10.2"]);
  expect(id).toBeGreaterThan(0);
  expect(id).toBeLessThan(256);
  expect(syncIdOf(["10.10.10.2", "10.10.10.1"])).toBe(id);
  expect(syncIdOf(["10.10.10.1", "10.10.10.3"])).not.toBe(id);
});

/** A service of two directors. */
function pair(args: Partial<VipArgs> = {}, director: object = {}) {
  return registered(() => {
    const directors = [1, 2].map((n) => {
      const name = `lb${n}`;
      const address = `10.10.10.${n}/24`;
      const host = new Host(name, { machine: { name }, interface: "eth0", address });
      return new Director(`d${n}`, { host, engine: "keepalived", ...director });
    });
    const vip = new Vip("vip", { directors, address: "10.10.10.100", ...args });
    const realServers = [new RealServer("far", { address: "10.10.10.9" })];
    new IpvsService("web", { directors, vip, port: 80, realServers });
  });
}

test("each director has the address's file and the service, the one after the other", async () => {
  const resources = await pair();
  const [first, second] = ["lb1", "lb2"].map((lb) => ({
    address: command(resources, `vip-${lb}-10.10.10.100`),
    service: command(resources, `web-${lb}-tcp-10.10.10.100-80`),
  }));
  expect(first?.address.inputs.stdin).toMatch(
    /^instance ipvs-lab-dev-d1\nfile vrrp-10\.10\.10\.100\ninterface eth0\naddresses 10\.10\.10\.100\/24\nmaster mcast=eth0, syncid=\d+, .*\nbackup mcast=eth0, .*\n\nvrrp_instance /,
  );
  expect(first?.address.inputs.stdin).toContain("priority 250");
  expect(second?.address.inputs.stdin).toContain("priority 240");
  expect(second?.address.dependencies).toContain("vip-lb1-10.10.10.100");
  expect(first?.service.dependencies).toContain("vip-lb2-10.10.10.100");
  expect(second?.service.dependencies).toContain("web-lb1-tcp-10.10.10.100-80");
  expect(second?.service.inputs.stdin).toBe(first?.service.inputs.stdin);
});

test("what is said of the virtual router is done", async () => {
  const settings = { virtualRouterId: 7, advertInterval: 1, preempt: true, prefix: 32 };
  const resources = await pair({ ...settings, alongside: ["10.10.10.254"] });
  const { stdin } = command(resources, "vip-lb2-10.10.10.100").inputs;
  expect(stdin).toMatch(/virtual_router_id 7\n/);
  expect(stdin).toMatch(/advert_int 1\n/);
  expect(stdin).not.toContain("nopreempt");
  expect(stdin).toContain("addresses 10.10.10.100/32 10.10.10.254/24\n");
});

test("directors with daemons of their own choice get no others", async () => {
  const syncDaemons = [{ role: "master", interface: "eth1" }];
  const resources = await pair({}, { syncDaemons });
  expect(command(resources, "vip-lb1-10.10.10.100").inputs.stdin).not.toContain("mcast");
});

const daemon = "mcast=eth0, syncid=7, group=224.0.0.81, port=8848, ttl=1";
const file = "/etc/keepalived/ipvs-lab.d/i/vrrp-10.10.10.100.conf";
const lines = `instance i
file vrrp-10.10.10.100
interface eth0
addresses 10.10.10.100/24
master ${daemon}`;
const address: Declared = {
  ...{ kind: "keepalivedaddress", owner: "ipvs-lab/dev/vip", adopt: false },
  desired: `${lines}\n\nvrrp_instance x {\n}\n`,
};

/** What is judged of an address on a director; in charge of it, and as it was made, unless said otherwise. */
function verdict(seen: { held?: string; daemons?: string; failed?: string; marks?: string } = {}) {
  const held = seen.held ?? `% keepalivedaddress:ipvs-lab:dev:vip\tdaemon master\t${daemon}\t\t`;
  const link =
    '{"ifname":"eth0","flags":["UP"],"addr_info":[{"local":"10.10.10.100","prefixlen":24}]}';
  const marks = `@ /var/lib/ipvs-lab/keepalivedaddress/10.10.10.100:24
= owner ipvs-lab/dev/vip
= generation 1 new
= also 00  ${file}
=${" "}
${lines.replace(/^/gm, "= ")}
${held}`;
  const text = `@@ host
name lb1
boot b00t
last 7
@@ marks
${seen.marks ?? marks}
@@ links
[${link}]
[]
@@ namespaces
@@ services
loaded
@@ thresholds
@@ daemons
${seen.daemons ?? "master sync daemon (mcast=eth0, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)"}
@@ packages
@@ servers
${seen.failed ?? ""}
@@ tables
@@ end
`;
  return detectDrift(address, parseHostState(text), "lb1");
}

test("an address that is as it was made keeps the fingerprint of its record, whoever has it", () => {
  expect(verdict()).toEqual({ fingerprint: "1 new", differences: [] });
});

test("what was done to its files and its daemons is said", () => {
  expect(verdict({ failed: `${file}: FAILED` }).differences).toEqual([`${file} has been changed`]);
  expect(verdict({ daemons: "" }).differences).toEqual([
    "the master connection synchronisation daemon on eth0 is gone",
  ]);
});

test("after a reboot the daemons that the unit has started are held again", () => {
  expect(verdict({ held: "" }).differences).toEqual([
    "the master connection synchronisation daemon runs, but has no ownership record",
  ]);
});

test("an address that others have given the machine is not taken", () => {
  expect(verdict({ marks: "" }).conflict).toContain(
    "address 10.10.10.100/24 on eth0 exists on lb1 already and was not made by ipvs-lab",
  );
});
