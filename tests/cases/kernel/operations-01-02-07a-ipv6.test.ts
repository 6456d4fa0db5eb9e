import { RealServer, RealServerArgs } from "../../../components/backends/realServer";
import { Director } from "../../../components/director/director";
import { Host } from "../../../components/host/host";
import { StaticRedirect } from "../../../components/nat/staticRedirect";
import { IpvsService, IpvsServiceArgs } from "../../../components/service/ipvsService";
import { IpvsTable } from "../../../components/table/ipvsTable";
import { Vip } from "../../../components/vip/vip";
import { directorLab } from "../../support/kernel/namespaces";

const lab = directorLab("kernel-o");
const vip6 = "2001:db8:10::100";

function web(
  members: Record<string, Partial<RealServerArgs>>,
  options: Partial<IpvsServiceArgs> = {},
  address = "192.0.2.100",
) {
  return (host: Host) => {
    const director = new Director("director", { host });
    const vip = new Vip("vip", { host, address });
    const realServers = Object.entries(members).map(([name, args]) => new RealServer(name, args));
    new IpvsService("web", { director, vip, port: 80, realServers, ...options });
  };
}

const source = `lb ip -6 route get 2001:db8:10::21 | grep -o 'src [^ ]*'`;

test("operations 1: a virtual address of IPv6 is no source address of its director", async () => {
  await lab.up(web({ w1: { address: "2001:db8:10::21", forwarding: "gate" } }, {}, vip6));
  expect(lab.run(source)).toBe("src 2001:db8:10::10\n");
  expect(lab.run("ask lb 2001:db8:10::21 80 1; ask c 2001:db8:10::100 80 1")).toBe("w1\nw1\n");
  expect(lab.wrong()).toEqual([]);
}, 120_000);

test("operations 1: one that an older version has put there is named, and put right in place", async () => {
  const declare = web({ w1: { address: "2001:db8:10::21", forwarding: "gate" } }, {}, vip6);
  await lab.up(declare);
  lab.run(`lb ip address change ${vip6}/64 dev eth0 nodad preferred_lft forever`);
  expect(lab.wrong()).toEqual([
    `address ${vip6}/64 on eth0 may become the source of the director's own connections (it is not deprecated)`,
  ]);
  expect(await lab.up(declare)).toContain(
    `ip address change ${vip6}/64 dev eth0 nodad preferred_lft 0`,
  );
  expect(lab.run(source)).toBe("src 2001:db8:10::10\n");
  expect(lab.wrong()).toEqual([]);
}, 120_000);

test("operations 2: weight 0 moves a client that persistence keeps with the member", async () => {
  const members = (weight: number) => ({
    w1: { address: "192.0.2.21", forwarding: "gate" as const, weight },
    w2: { address: "192.0.2.22", forwarding: "gate" as const },
  });
  const options = { scheduler: "rr" as const, persistence: { timeout: 300 } };
  await lab.up(web(members(1), options));
  const first = lab.run("ask c 192.0.2.100 80 3").split("\n")[0];
  const heavy =
    first === "w1" ? members(0) : { ...members(1), w2: { ...members(1).w2, weight: 0 } };
  await lab.up(web(heavy, options));
  const other = first === "w1" ? "w2" : "w1";
  expect(lab.run("ask c 192.0.2.100 80 3")).toBe(`${other}\n`.repeat(3));
  expect(lab.run("lb sysctl -n net.ipv4.vs.expire_quiescent_template")).toBe("1\n");
  lab.down();
  expect(lab.run("lb sysctl -n net.ipv4.vs.expire_quiescent_template")).toBe("0\n");
}, 180_000);

test("operations 7a: IPv6 by masquerade forwards, as long as there is such a member", async () => {
  const forwarding = "lb sysctl -n net.ipv6.conf.all.forwarding net.ipv6.conf.eth1.accept_ra";
  const behind = { m1: { address: "2001:db8:20::21" }, m2: { address: "2001:db8:20::22" } };
  const beside = { w1: { address: "2001:db8:10::21", forwarding: "gate" as const } };
  await lab.up(web(beside, {}, vip6));
  expect(lab.run(forwarding)).toBe("0\n1\n");
  await lab.up(web(behind, { scheduler: "rr" }, vip6));
  expect(lab.run("ask c 2001:db8:10::100 80 2").split("\n").sort()).toEqual(["", "m1", "m2"]);
  expect(lab.wrong()).toEqual([]);
  lab.run("lb sysctl -qw net.ipv6.conf.all.forwarding=0");
  expect(lab.wrong()).toEqual(["net.ipv6.conf.all.forwarding is 0, not 1"]);
  await lab.up(web(behind, { scheduler: "rr" }, vip6));
  expect(lab.run(forwarding)).toBe("1\n1\n");
  await lab.up(web(beside, {}, vip6));
  expect(lab.run(forwarding)).toBe("0\n1\n");
}, 240_000);

test("operations 7a: tables and redirections forward IPv6, too", async () => {
  const forwarding = "lb sysctl -n net.ipv6.conf.all.forwarding";
  const declare = (what: "table" | "redirect" | "none") => (host: Host) => {
    const director = new Director("director", { host });
    const vip = new Vip("vip", { host, address: vip6 });
    if (what === "table") {
      const realServers = [{ address: "2001:db8:20::21" }];
      const services = [{ address: vip6, port: 80, realServers }];
      new IpvsTable("table", { director, services, after: [vip] });
    } else if (what === "redirect") {
      new StaticRedirect("one", {
        director,
        vip,
        port: 81,
        address: "2001:db8:20::22",
        targetPort: 80,
      });
    }
  };
  await lab.up(declare("table"));
  expect(lab.run("ask c 2001:db8:10::100 80 1")).toBe("m1\n");
  await lab.up(declare("redirect"));
  expect(lab.run("ask c 2001:db8:10::100 81 1")).toBe("m2\n");
  expect(lab.run(forwarding)).toBe("1\n");
  await lab.up(declare("none"));
  expect(lab.run(forwarding)).toBe("0\n");
}, 240_000);

test("operations 7a: a default route learnt from a router stays, and its interface is as it was afterwards", async () => {
  const routes = "lb ip -6 route show default proto ra | grep -c 'via fe80' || true";
  lab.run(`m2 python3 - <<'RA'\n${routerAdvertisement}\nRA
    for try in $(seq 100); do lb ip -6 route show default proto ra | grep -q fe80 && break; sleep 0.2; done`);
  expect(lab.run(routes)).toBe("1\n");
  await lab.up(web({ m1: { address: "2001:db8:20::21" } }, {}, vip6));
  expect(lab.run(routes)).toBe("1\n");
  expect(lab.run("lb sysctl -n net.ipv6.conf.eth1.accept_ra")).toBe("2\n");
  expect(lab.wrong()).toEqual([]);
  lab.down();
  const settings = "lb sysctl -n net.ipv6.conf.eth1.accept_ra net.ipv6.conf.all.forwarding";
  expect(lab.run(settings)).toBe("1\n0\n");
}, 180_000);

/** A router that says for half an hour that it is one. */
const routerAdvertisement = `
import socket, struct
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("eth0"))
s.sendto(struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0), ("ff02::1", 0))
`;
