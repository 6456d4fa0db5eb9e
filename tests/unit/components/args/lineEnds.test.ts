import * as fc from "fast-check";
import {
  BackendVm,
  Director,
  Host,
  IpvsService,
  NetnsBackend,
  Proof,
  RealServer,
  RealServerArgs,
  SourceNat,
  StaticRedirect,
  Vip,
} from "../../../../components";
import { spec } from "../../../../components/host/kernel";
import { registered } from "../../../support/pulumi/mocks";
import { cases } from "../../../support/randomCases";
import { cut, text } from "../../../support/shell/hostileText";
import { workshop } from "../../../support/workshop";

/**
 * What a script reads is "key value" lines, without escapes: a line end in a value would begin another
 * setting. So no value of theirs may have one, and the components see to that.
 */

const machine = { name: "m" };
const on = () => new Host("m", { machine, interface: "eth0", address: "10.10.10.1/24" });
const plain = { namespace: "ns-1", address: "10.10.10.3", page: "x" };

const marked = { port: undefined, firewallMark: 7, ports: [80] };
const throughTunnel = (tunnel: RealServerArgs["tunnel"]) =>
  new RealServer("r", { address: "10.10.10.4", forwarding: "ipip", tunnel });
const checked = (check: object) =>
  new RealServer("r", { address: "10.10.10.4", check: check as never });
function redirect(args: object) {
  const { director, vip } = workshop();
  return new StaticRedirect("r", { director, vip, port: 81, address: "10.10.10.4", ...args });
}

/** Each argument that becomes part of such a line, and a value that it may have. */
const args: Record<string, [valid: string, program: (value: never) => unknown]> = {
  "Host interface": [
    "enp0s8",
    (value) =>
      new Director("d", {
        host: new Host("h", { machine, interface: value, address: "10.0.0.1/8" }),
      }),
  ],
  "Host address": [
    "10.10.10.1/24",
    (value) => {
      const host = new Host("h", { machine, interface: "eth0", address: value });
      return [
        new Vip("v", { host, address: "10.10.10.9" }),
        new BackendVm("b", { host, page: "x" }),
      ];
    },
  ],
  "Host address6": [
    "2001:db8::1/64",
    (address6) => new Host("h", { machine, interface: "eth0", address: "10.0.0.1/8", address6 }),
  ],
  "Vip address": ["10.10.10.9", (address) => new Vip("v", { host: on(), address })],
  "Vip address of IPv6": ["2001:db8::9", (address) => new Vip("v", { host: on(), address })],
  "Director purgePackages": [
    "true",
    (purgePackages) => new Director("d", { host: on(), purgePackages }),
  ],
  ...Object.fromEntries(
    ["interface", "group", "role"].map((key): [string, [string, (value: never) => unknown]] => {
      const daemon = { role: "master", interface: "enp0s8", group: "224.0.0.81" };
      return [
        `Director syncDaemons ${key}`,
        [
          daemon[key as keyof typeof daemon],
          (value) =>
            new Director("d", { host: on(), syncDaemons: [{ ...daemon, [key]: value } as never] }),
        ],
      ];
    }),
  ),
  "Director sysctls": [
    "1",
    (conntrack) => new Director("d", { host: on(), sysctls: { conntrack } }),
  ],
  "Director timeouts": ["300", (tcp) => new Director("d", { host: on(), timeouts: { tcp } })],
  "SourceNat network": [
    "10.10.0.0/16",
    (network) => {
      const { director } = workshop();
      const vip = new Vip("other", { host: director.host, address: "10.10.10.102" });
      return new SourceNat("n", { director, vip, network });
    },
  ],
  "NetnsBackend namespace": [
    "ns-1",
    (namespace) => new NetnsBackend("b", { host: on(), ...plain, namespace }),
  ],
  "NetnsBackend address": [
    "10.10.10.3",
    (address) => new NetnsBackend("b", { host: on(), ...plain, address }),
  ],
  "NetnsBackend veth": ["veth1", (veth) => new NetnsBackend("b", { host: on(), ...plain, veth })],
  "NetnsBackend gateway": [
    "10.10.10.1",
    (gateway) => new NetnsBackend("b", { host: on(), ...plain, gateway }),
  ],
  "NetnsBackend webServer": [
    "nginx",
    (webServer) => new NetnsBackend("b", { host: on(), ...plain, webServer }),
  ],
  "BackendVm port": ["80", (port) => new BackendVm("b", { host: on(), page: "x", port })],
  "BackendVm listen": ["any", (listen) => new BackendVm("b", { host: on(), page: "x", listen })],
  "BackendVm webServer": [
    "nginx",
    (webServer) => new BackendVm("b", { host: on(), page: "x", webServer }),
  ],
  "IpvsService port": ["80", (port) => workshop({ port })],
  "IpvsService protocol": ["tcp", (protocol) => workshop({ protocol })],
  "IpvsService scheduler": ["rr", (scheduler) => workshop({ scheduler })],
  "IpvsService drainTimeout": ["30", (drainTimeout) => workshop({ drainTimeout })],
  "IpvsService firewallMark": ["7", (firewallMark) => workshop({ ...marked, firewallMark })],
  "IpvsService ports": ["8000-8999", (range) => workshop({ ...marked, ports: [range] })],
  "IpvsService family": [
    "ipv6",
    (family) => workshop({ ...marked, vip: undefined, ports: undefined, family }),
  ],
  "IpvsService schedulerFlags": [
    "sh-port",
    (flag) => workshop({ scheduler: "sh", schedulerFlags: [flag] }),
  ],
  "IpvsService persistence timeout": ["300", (timeout) => workshop({ persistence: { timeout } })],
  "IpvsService persistence netmask": [
    "255.255.255.0",
    (netmask) => workshop({ persistence: { netmask } }),
  ],
  "IpvsService persistence engine": [
    "sip",
    (engine) => workshop({ protocol: "udp", persistence: { engine } }),
  ],
  "RealServer address": [
    "10.10.10.4",
    (address) => workshop({ realServers: [new RealServer("r", { address })] }),
  ],
  "RealServer forwarding": [
    "masquerade",
    (forwarding) =>
      workshop({ realServers: [new RealServer("r", { address: "10.10.10.4", forwarding })] }),
  ],
  "RealServer tunnel type": ["gre", (type) => throughTunnel({ type })],
  "RealServer tunnel port": ["6080", (port) => throughTunnel({ type: "gue", port })],
  "RealServer tunnel checksum": ["csum", (checksum) => throughTunnel({ type: "gre", checksum })],
  "RealServer upperThreshold": [
    "9",
    (upperThreshold) => new RealServer("r", { address: "10.10.10.4", upperThreshold }),
  ],
  "RealServer lowerThreshold": [
    "9",
    (lowerThreshold) => new RealServer("r", { address: "10.10.10.4", lowerThreshold }),
  ],
  "RealServer weight": [
    "1",
    (weight) => workshop({ realServers: [new RealServer("r", { address: "10.10.10.4", weight })] }),
  ],
  ...Object.fromEntries(
    Object.entries({
      path: "/health",
      host: "www.example.org",
      digest: "9b3a0c85a887a256d6939da88aabd8cd",
    }).map(([key, valid]): [string, [string, (value: never) => unknown]] => [
      `RealServer check ${key}`,
      [valid, (value) => checked({ type: "http", [key]: value })],
    ]),
  ),
  "RealServer check name": ["www.example.org", (name) => checked({ type: "dns", name })],
  "RealServer check recordType": ["A", (recordType) => checked({ type: "dns", recordType })],
  "RealServer check helo": ["lb.example.org", (helo) => checked({ type: "smtp", helo })],
  "RealServer check payload": ["0a0b", (payload) => checked({ type: "udp", payload })],
  "RealServer check reply": ["0axx", (reply) => checked({ type: "udp", reply })],
  "RealServer check command": ["/bin/true", (command) => checked({ type: "script", command })],
  "StaticRedirect port": ["81", (port) => redirect({ port })],
  "StaticRedirect protocol": ["udp", (protocol) => redirect({ protocol })],
  "StaticRedirect address": ["10.10.10.4", (address) => redirect({ address })],
  "StaticRedirect targetPort": ["8080", (targetPort) => redirect({ targetPort })],
  "Proof requests": [
    "6",
    (requests) => {
      const { service, machine1 } = workshop();
      return new Proof("p", { service, clients: [machine1], requests });
    },
  ],
};

const lineEnd = fc.constantFrom("\n", "\r", "\r\n", "\n\n", "\u0085", "\u2028", "\0");
const setting = fc.constantFrom(
  "address 192.0.2.1/24",
  "page",
  "-A -t 192.0.2.1:80 -s rr",
  " ",
  "",
);

test.each(Object.entries(args))(
  "%s: a value with a line end is refused before any command is registered",
  async (_, [valid, program]) => {
    const value = fc.oneof(
      fc.tuple(fc.constant(valid), lineEnd, fc.oneof(setting, text)),
      fc.tuple(fc.oneof(setting, text), lineEnd, fc.constant(valid)),
    );
    await fc.assert(
      fc.asyncProperty(value, async (parts) => {
        const refused = registered(() => program(parts.join("") as never));
        await expect(refused).rejects.toThrow(/ is not /);
      }),
      cases(3),
    );
  },
  60_000,
);

/** The keys of what a Command's script reads before the first empty line. */
function keysOf(stdin: unknown): string {
  const [head = ""] = String(stdin).split("\n\n");
  return (head.match(/^[^ \n]+/gm) ?? []).join(" ");
}

/** A backend, its service and the proof of it, with names and pages of any kind. */
function anyLab(names: string[], page: string) {
  const host = on();
  const [a = "", b = "", c = ""] = names.map((name) => cut(name, 100));
  const director = new Director(a, { host });
  const first = new NetnsBackend(b, { host, ...plain, page });
  const second = new BackendVm(c, { host, page });
  const vip = new Vip(a, { host, address: "10.10.10.9" });
  const realServers = [first, second].map((backend, i) => new RealServer(`r${i}`, { backend }));
  const service = new IpvsService(b, { director, vip, port: 80, scheduler: "rr", realServers });
  new SourceNat(c, { director, vip });
  new StaticRedirect(a, { director, vip, port: 81, backend: first });
  new Proof(a, { service, clients: [host] });
}

test("no name and no page adds a setting, or a line to what a proof expects", async () => {
  const names = fc.uniqueArray(text, { minLength: 3, maxLength: 3, selector: (n) => cut(n, 100) });
  await fc.assert(
    fc.asyncProperty(names, text, async (three, page) => {
      const resources = await registered(() => {
        anyLab(three, page);
      });
      const commands = resources.filter((r) => r.type === "command:remote:Command");
      const stdins = commands.filter((r) => r.name !== "m-tools").map((r) => r.inputs.stdin);
      expect(stdins.map(keysOf).sort()).toEqual(keys);
      const proof = stdins.find((stdin) => keysOf(stdin).startsWith("url"));
      const lines = String(proof).split("\n\n").slice(1).join("\n\n").split("\n");
      const first = page.split("\n")[0] ?? "";
      expect(lines).toEqual([`r0\t${first}`, `r1\t${first}`, ""]);
    }),
    cases(8),
  );
}, 60_000);

const keys = [
  "-A -a -a",
  "-A -a -a",
  "address interface",
  "namespace veth address prefix gateway source interface",
  "packages purge",
  "server instance address port namespace purge",
  "server instance address port purge",
  "url requests service",
  "vip network",
  "vip port protocol address target_port network",
];

test("spec() itself does not look at line ends: the components have to", () => {
  expect(spec({ interface: "a\naddress b" })).toBe("interface a\naddress b\n");
});
