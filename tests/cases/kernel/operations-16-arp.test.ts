import { spec } from "../../../components/host/kernel";
import { Namespaces } from "../../support/kernel/namespaces";

const lab = new Namespaces("kernel-a", ["sw", "c", "x"]);

beforeAll(() => {
  const plug = (node: string, device: string) =>
    `join ${node} ${device} sw ${node}${device}; sw ip link set ${node}${device} master front`;
  lab.begin(
    [
      "sw ip link add front type bridge; sw ip link set front up",
      ...[plug("c", "eth0"), plug("x", "eth0"), plug("x", "eth1")],
      "c ip addr add 192.0.2.10/24 dev eth0; c ip addr add 2001:db8:10::10/64 dev eth0 nodad",
      "x ip addr add 192.0.2.21/24 dev eth0; x ip addr add 2001:db8:10::21/64 dev eth0 nodad",
      "x ip addr add 192.0.2.22/24 dev eth1; x ip addr add 2001:db8:10::22/64 dev eth1 nodad",
    ].join("\n"),
  );
}, 120_000);
afterAll(() => {
  lab.end();
}, 60_000);

/** "silent" where nobody says that the address is his. */
const arp = (address: string) =>
  lab.run(`c arping -q -D -c 2 -w 3 -I eth0 ${address} && echo silent || echo answered`);
const neighbour = (address: string) =>
  lab.run(`c ping -q -6 -c 1 -W 2 ${address} >/dev/null && echo answered || echo silent`);
const settings =
  "x sysctl -n net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce net.ipv4.conf.eth0.arp_ignore";

function ground(verb: "apply" | "remove", vip: string): string {
  const words = `--generation g realserver ${verb} p/s/x-${vip.includes(":") ? 6 : 4}`;
  return lab.program("x", words, spec({ vip, server: "x", interface: "eth0" }));
}

test("operations 16: no interface of a member on the director's segment tells of the virtual address", () => {
  ground("apply", "192.0.2.100");
  expect(arp("192.0.2.100")).toBe("silent\n");
  expect(["192.0.2.21", "192.0.2.22"].map(arp)).toEqual(["answered\n", "answered\n"]);
  expect(lab.run(settings)).toBe("1\n2\n1\n");
  ground("remove", "192.0.2.100");
  expect(lab.run(settings)).toBe("0\n0\n0\n");
}, 120_000);

test("operations 16: one that comes later does not tell either", () => {
  ground("apply", "192.0.2.100");
  lab.run(
    "x ip link add link eth0 name mv1 type macvlan mode bridge; x ip link set mv1 up; x ip addr add 192.0.2.23/24 dev mv1",
  );
  expect([arp("192.0.2.100"), arp("192.0.2.23")]).toEqual(["silent\n", "answered\n"]);
  lab.run("x ip link del mv1");
  ground("remove", "192.0.2.100");
}, 120_000);

test("operations 16: what an administrator has made stricter stays as strict", () => {
  lab.run("x sysctl -qw net.ipv4.conf.all.arp_ignore=2");
  ground("apply", "192.0.2.100");
  expect(lab.run(settings)).toBe("2\n2\n1\n");
  ground("remove", "192.0.2.100");
  expect(lab.run(settings)).toBe("2\n0\n0\n");
  lab.run("x sysctl -qw net.ipv4.conf.all.arp_ignore=0");
}, 120_000);

test("operations 16: of IPv6 no interface tells, as the kernel asks for its own addresses alone", () => {
  ground("apply", "2001:db8:10::100");
  expect(["2001:db8:10::100", "2001:db8:10::22"].map(neighbour)).toEqual([
    "silent\n",
    "answered\n",
  ]);
  ground("remove", "2001:db8:10::100");
}, 120_000);
