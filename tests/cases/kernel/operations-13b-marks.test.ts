import { RealServer } from "../../../components/backends/realServer";
import { Director } from "../../../components/director/director";
import { Host } from "../../../components/host/host";
import { IpvsService, IpvsServiceArgs } from "../../../components/service/ipvsService";
import { Vip } from "../../../components/vip/vip";
import { directorLab } from "../../support/kernel/namespaces";

const lab = directorLab("kernel-m");

function marked(port: number | undefined, args: Partial<IpvsServiceArgs>) {
  return (host: Host) => {
    const director = new Director("director", { host });
    const vip = new Vip("vip", { host, address: "192.0.2.100" });
    const realServers = ["192.0.2.21", "192.0.2.22"].map(
      (address, i) => new RealServer(`w${i + 1}`, { address, port, forwarding: "gate" }),
    );
    new IpvsService("web", { director, vip, firewallMark: 7, realServers, ...args });
  };
}

test("operations 13b, import 13: a client's TCP and UDP are of one mark, and meet one member", async () => {
  const declare = marked(80, {
    ports: [80, "80/udp"],
    scheduler: "rr",
    persistence: { timeout: 300 },
  });
  await lab.up(declare);
  const table = lab.run("lb nft list table ip ipvs_lab_mark_7_192_0_2_100");
  expect(table).toContain("tcp dport 80 meta mark set 0x00000007");
  expect(table).toContain("udp dport 80 meta mark set 0x00000007");
  expect(lab.run("lb ipvsadm -Sn")).toContain("-a -f 7 -r 192.0.2.21:80 -g -w 1\n");
  const said = lab.run("ask c 192.0.2.100 80 3; ask c 192.0.2.100 80 3 udp");
  expect(said).toMatch(/^(w1\n){6}$|^(w2\n){6}$/);
  expect(await lab.up(declare)).not.toContain("+ ipvsadm");
  lab.down();
  expect(lab.run("lb nft list ruleset; lb ipvsadm -Sn")).toBe("");
}, 240_000);

test("without a protocol of its own a port is of the service's, as it was", async () => {
  await lab.up(marked(undefined, { ports: [80, "8000-8999"], protocol: "udp", scheduler: "rr" }));
  expect(lab.run("ask c 192.0.2.100 80 2 udp").split("\n").sort()).toEqual(["", "w1", "w2"]);
  expect(lab.run("ask c 192.0.2.100 80 1")).toBe("ConnectionRefusedError\n");
}, 240_000);

test("import 27: with the mask 0.0.0.0 all clients are at one member, until that has weight 0", async () => {
  const declare = (weight: number) => (host: Host) => {
    const director = new Director("director", { host });
    const vip = new Vip("vip", { host, address: "192.0.2.100" });
    const [a, b] = ["192.0.2.21", "192.0.2.22"].map(
      (address, i) =>
        new RealServer(`w${i + 1}`, { address, forwarding: "gate", weight: i === 0 ? weight : 1 }),
    );
    const persistence = { timeout: 300, netmask: "0.0.0.0" };
    const realServers = [a, b].flatMap((member) => member ?? []);
    new IpvsService("db", { director, vip, port: 80, scheduler: "fo", persistence, realServers });
  };
  lab.run(
    "c ip addr add 192.0.2.51/24 dev eth0 2>/dev/null || true; lb ip addr add 192.0.2.77/24 dev eth0",
  );
  await lab.up(declare(5));
  expect(lab.run("lb ipvsadm -Sn")).toContain("-p 300 -M 0.0.0.0\n");
  const two = `for n in 50 51; do c python3 -c '
import socket; s = socket.create_connection(("192.0.2.100", 80), 2, ("192.0.2.'$n'", 0)); s.sendall(b"x"); print(s.recv(9).decode().split()[0])'; done`;
  expect(lab.run(two)).toBe("w1\nw1\n");
  expect(lab.wrong()).toEqual([]);
  await lab.up(declare(0));
  expect(lab.run(two)).toBe("w2\nw2\n");
}, 240_000);
