import { RealServer, RealServerArgs } from "../../../components/backends/realServer";
import { Director, DirectorArgs } from "../../../components/director/director";
import { Host } from "../../../components/host/host";
import { IpvsService, IpvsServiceArgs } from "../../../components/service/ipvsService";
import { Vip } from "../../../components/vip/vip";
import { directorLab } from "../../support/kernel/namespaces";

/*
 * What the kernel does with options that few expect: docs/features.md says each, and the preview warns
 * (tests/cases/review/27-warnings.test.ts). Where one of these is red on a newer kernel, both are out of date.
 */

const lab = directorLab("kernel-f");

type Member = Partial<RealServerArgs>;
const front = ["192.0.2.21", "192.0.2.22"];
const gate = { forwarding: "gate" } as const;
/** By direct routing w1 and w2, by masquerade m1 and m2. */
const beside = (...more: Member[]) =>
  more.map((one, i): Member => ({ address: front[i], ...gate, ...one }));
const behind = (...more: Member[]) =>
  more.map((one, i): Member => ({ address: `198.51.100.2${i + 1}`, ...one }));

function web(
  members: Member[],
  options: Partial<IpvsServiceArgs>,
  more: Partial<DirectorArgs> = {},
) {
  return (host: Host) => {
    const director = new Director("director", { host, ...more });
    const vip = new Vip("vip", { host, address: "192.0.2.100" });
    const realServers = members.map((one, i) => new RealServer(`r${i}`, one));
    new IpvsService("web", { director, vip, port: 80, realServers, ...options });
  };
}

const python = (script: string) => `c python3 - <<'PYTHON'\nimport socket\n${script}\nPYTHON`;

/** Connections that are held, one after the other: who has each. */
const held = (count: number) =>
  lab.run(
    python(`all = []
for _ in range(${count}):
    s = socket.socket(); s.settimeout(3); all.append(s)
    try:
        s.connect(("192.0.2.100", 80)); s.sendall(b"x"); print(s.recv(99).decode().split()[0])
    except ConnectionRefusedError: print("refused")`),
  );

/** One datagram of one flow: who answers. */
const flow = (port: number) =>
  lab.run(
    python(`s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3)
s.bind(("", ${port})); s.connect(("192.0.2.100", 80)); s.send(b"x")
print(s.recv(99).decode().split()[0])`),
  );

const answered = (times: number, port = 80, kind = "tcp") =>
  lab.run(`ask c 192.0.2.100 ${port} ${times} ${kind}`).trim().split("\n");

/** How many of so many flows, each from a port of its own, each of two members got. */
async function flows(scheduler: "mh" | "sh", weights: number[], count: number): Promise<number[]> {
  // At a port where nobody listens: only the kernel's choice counts.
  const options: Partial<IpvsServiceArgs> = {
    ...{ port: 81, protocol: "udp", scheduler, schedulerFlags: [`${scheduler}-port`] },
  };
  await lab.up(web(beside(...weights.map((weight) => ({ weight }))), options));
  lab.run(
    python(`for port in range(20000, ${20000 + count}):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", port)); s.sendto(b"x", ("192.0.2.100", 81)); s.close()`),
  );
  const table = lab.run("lb ipvsadm -Ln");
  lab.down();
  return front.map((address) =>
    Number(new RegExp(`-> ${address}:81 .* (\\d+) *$`, "m").exec(table)?.[1]),
  );
}

test("facts: mh keeps six bits of a weight, so 100 and 1 are 50 and 1", async () => {
  const [heavy = 0, light = 0] = await flows("mh", [100, 1], 3000);
  expect(heavy + light).toBe(3000);
  // 30 of 3000 would be right.
  expect(light).toBeGreaterThan(45);
  expect(await flows("mh", [50, 1], 3000)).toEqual([heavy, light]);
}, 300_000);

test("facts: sh has 256 places, which the weight of one member may fill", async () => {
  const inOrder = async (weight: number) =>
    (await flows("sh", [weight, weight], 1000)).sort((a, b) => a - b);
  const [less = 0, more = 0] = await inOrder(1);
  expect(less + more).toBe(1000);
  expect(less).toBeGreaterThan(400);
  expect(await inOrder(256)).toEqual([0, 1000]);
}, 300_000);

test.each([
  [undefined, "nothing"],
  [{ conntrack: 1 }, "m1"],
])(
  "facts: a firewall that knows connections passes answers only with conntrack: %p",
  async (sysctls, answer) => {
    await lab.up(web(behind({}), { scheduler: "rr" }, { sysctls }));
    const accept = "ct state established accept";
    lab.run(
      `lb nft 'table ip firewall { chain passing { type filter hook forward priority 0; policy drop; ${accept}; }; }'`,
    );
    const said = lab.run(
      python(`s = socket.socket(); s.settimeout(3)
try:
    s.connect(("192.0.2.100", 80)); s.sendall(b"x"); print(s.recv(99).decode().split()[0])
except TimeoutError: print("nothing")`),
    );
    lab.run("lb nft delete table ip firewall");
    expect(said).toBe(`${answer}\n`);
  },
  240_000,
);

test("facts: ovf gives a member one connection more than its weight", async () => {
  await lab.up(web(beside({ weight: 3 }, { weight: 1 }), { scheduler: "ovf" }));
  expect(held(6)).toBe("w1\nw1\nw1\nw1\nw2\nw2\n");
}, 240_000);

test("facts: closed connections count for a threshold", async () => {
  await lab.up(web(beside({ upperThreshold: 2 }, {}), { scheduler: "rr" }));
  expect(answered(8).filter((who) => who === "w1")).toHaveLength(2);
}, 240_000);

test("facts: a service that is made anew inherits counts, unless expire_nodest_conn is 1 as a Director has it", async () => {
  for (const sysctls of [{ expire_nodest_conn: 0 }, undefined]) {
    const members = beside({ upperThreshold: 2 }, {});
    const declare = web(members, { scheduler: "rr" }, { sysctls });
    await lab.up(declare);
    answered(8);
    lab.run("lb ipvsadm -C");
    await lab.up(declare);
    const inherited = answered(4).every((who) => who === "w2");
    expect({ sysctls, inherited }).toEqual({ sysctls, inherited: sysctls !== undefined });
    lab.run("lb ipvsadm -C");
    lab.down();
  }
}, 400_000);

test("facts: with one-packet scheduling by masquerade a connected client never gets an answer", async () => {
  const dns = { protocol: "udp", scheduler: "rr" } as const;
  await lab.up(web(behind({}, {}), { ...dns, onePacket: true }));
  const said = answered(3, 80, "udp");
  expect(said.filter((who) => /^m[12]$/.test(who))).toEqual([]);
  // They do come, but from an address that nobody has asked.
  const source = python(`s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3)
s.sendto(b"x", ("192.0.2.100", 80)); print(s.recvfrom(99)[1][0])`);
  expect(lab.run(`c ip route add 198.51.100.0/24 via 192.0.2.10; ${source}`)).toMatch(
    /^198\.51\.100\.2[12]\n$/,
  );
  await lab.up(web(behind({}, {}), dns));
  expect(answered(2, 80, "udp").every((who) => /^m[12]$/.test(who))).toBe(true);
}, 300_000);

test("facts: port 21 with persistence takes every high port that no other service has", async () => {
  const members = behind({ port: 21 }, { port: 21 });
  await lab.up(web(members, { port: 21, persistence: { timeout: 60 } }));
  expect(answered(1, 8080)[0]).toMatch(/^m[12]$/);
  expect(answered(1, 80)).toEqual(["ConnectionRefusedError"]);
  await lab.up(web(members, { port: 21 }));
  expect(answered(1, 8080)).toEqual(["ConnectionRefusedError"]);
}, 300_000);

test("facts: at weight 0 a flow of UDP that is under way stays, but for one-packet scheduling", async () => {
  for (const onePacket of [false, true]) {
    const options = { protocol: "udp", scheduler: "rr", onePacket } as const;
    const weights = (one: number, two: number) =>
      web(beside({ weight: one }, { weight: two }), options);
    await lab.up(weights(1, 0));
    expect(flow(5514)).toBe("w1\n");
    await lab.up(weights(0, 1));
    expect(flow(5514)).toBe(onePacket ? "w2\n" : "w1\n");
    expect(flow(5515)).toBe("w2\n");
    lab.down();
  }
}, 400_000);

test("facts: a scheduler that the kernel has not is refused by the preview, with its version", async () => {
  const [release = "", there = ""] = lab
    .run("uname -r; modinfo -F filename ip_vs_twos 2>/dev/null || true")
    .split("\n");
  await lab.up(web(beside({}, {}), { scheduler: "rr" }));
  expect(await lab.refused(web(beside({}, {}), { scheduler: "twos" }))).toEqual(
    there === ""
      ? [
          `lb: scheduler: twos is not in Linux ${release}, which has no module ip_vs_twos; Debian 12 builds its ` +
            "kernel without it, Debian 13's has it: choose another scheduler, or that kernel",
        ]
      : [],
  );
}, 240_000);
