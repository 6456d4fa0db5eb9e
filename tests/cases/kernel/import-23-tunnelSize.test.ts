import { RealServer } from "../../../components/backends/realServer";
import { Director } from "../../../components/director/director";
import { Host } from "../../../components/host/host";
import { spec } from "../../../components/host/kernel";
import { IpvsService } from "../../../components/service/ipvsService";
import { Vip } from "../../../components/vip/vip";
import { Namespaces } from "../../support/kernel/namespaces";

/** docs/features.md says what helps where ICMP is dropped. */

const lab = new Namespaces("kernel-t", ["sw", "lb", "c", "x"]);
const vip = "192.0.2.100";

beforeAll(async () => {
  const plug = (node: string) =>
    `join ${node} eth0 sw ${node}; sw ip link set ${node} master front; ${node} ip link set eth0 gso_max_segs 1`;
  lab.begin(
    [
      "sw ip link add front type bridge; sw ip link set front up",
      ...["lb", "c", "x"].map(plug),
      "lb ip addr add 192.0.2.10/24 dev eth0; c ip addr add 192.0.2.50/24 dev eth0",
      "x ip addr add 192.0.2.21/24 dev eth0; serve x 80",
    ].join("\n"),
  );
  const desired = { vip, server: "x", interface: "eth0", address: "192.0.2.21", tunnel: "ipip" };
  lab.program("x", "--generation g realserver apply p/s/x", spec(desired));
  await lab.up((host: Host) => {
    const director = new Director("director", { host });
    const address = new Vip("vip", { host, address: vip });
    const member = new RealServer("x", { address: "192.0.2.21", forwarding: "ipip" });
    new IpvsService("web", { director, vip: address, port: 80, realServers: [member] });
  });
}, 300_000);
afterAll(() => {
  lab.end();
}, 60_000);
afterEach(() => {
  lab.run("c nft flush ruleset; x nft flush ruleset; c ip route flush cache");
}, 60_000);

/** Sends so many bytes, and says who had them all. */
const upload = (bytes: number) => `c python3 -c '
import socket
told = b""
try:
    s = socket.create_connection(("${vip}", 80), 5); s.settimeout(6)
    s.sendall(bytes(${bytes})); s.shutdown(1)
    while True:
        part = s.recv(65536)
        if not part: break
        told += part
    print("done" if told.startswith(b"x ") else told)
except OSError as error: print(type(error).__name__)'`;
const noIcmp =
  "c nft 'add table ip t; add chain ip t i { type filter hook input priority 0; }; add rule ip t i ip protocol icmp drop'";
const smaller = `x nft 'add table inet filter; add chain inet filter output { type filter hook output priority 0; }; add rule inet filter output ip saddr ${vip} tcp flags syn tcp option maxseg size set 1400'`;

test("import 23: large requests go through a tunnel where ICMP does", () => {
  expect(lab.run(`${upload(100)}; ${upload(300000)}`)).toBe("done\ndone\n");
}, 120_000);

test("import 23: without ICMP small ones do, and large ones hang", () => {
  expect(lab.run(`${noIcmp}; ${upload(100)}; ${upload(300000)}`)).toBe("done\nTimeoutError\n");
}, 120_000);

test("import 23: with smaller segments, as the docs have them, large ones do without ICMP", () => {
  expect(lab.run(`${noIcmp}; ${smaller}; ${upload(300000)}`)).toBe("done\n");
}, 120_000);
