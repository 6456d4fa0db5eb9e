import { engines, forwardings, schedulers, webServerKinds } from "../../../components";
import { boxes } from "../../../providers/qemu/boxes";
import { drivers } from "../../../providers/qemu/driver";
import { Args, nested, optional, Properties, required } from "./cases";
import { check } from "./checkKinds";
import * as kinds from "./valueKinds";

const backend1 = { name: "BACKEND-1", machine: "machine2", page: "x" };
const backend2 = {
  name: "BACKEND-2",
  machine: "machine1",
  namespace: "ns-backend2",
  address: "10.10.10.3",
  page: "x",
};
const machine1 = { address: "10.10.10.1", sshPort: 2201, tunnelPort: 4001 };
const machine2 = { address: "10.10.10.2", sshPort: 2202, tunnelPort: 4002 };

/** Settings that are right. */
export const right = {
  driver: "auto",
  box: "auto",
  machines: { machine1, machine2 },
  memory: 512,
  interface: "enp0s8",
  prefix: 24,
  director: "machine1",
  engine: "ipvsadm",
  check: { type: "http" },
  vip: "10.10.10.100",
  port: 80,
  scheduler: "rr",
  forwarding: "masquerade",
  webServer: "apache",
  backend1,
  backend2,
  moreBackends: [],
  redirect: { vip: "10.10.10.101", backend: "BACKEND-1" },
  clients: ["machine1", "machine2"],
  requests: 6,
  purgePackages: false,
};

/** A name; which ones there are is tried among the contradictions. */
const name: kinds.Kind = { ...kinds.text, good: [] };
const threshold = optional(kinds.whole(0, 2147483647));
const backendProperties: Properties = {
  name: required(name),
  machine: required(name),
  weight: optional(kinds.whole(0, 65535)),
  upperThreshold: threshold,
  lowerThreshold: threshold,
  running: optional(kinds.flag),
  page: required(kinds.text),
};
const netnsProperties: Properties = {
  ...backendProperties,
  namespace: required(kinds.namespaceName),
  veth: optional(kinds.interfaceName),
  address: required(kinds.address()),
};
const machineProperties: Properties = {
  address: required(kinds.address()),
  sshPort: required(kinds.port),
  tunnelPort: required(kinds.port),
};

const redirectProperties: Properties = {
  vip: required(kinds.address()),
  backend: required(name),
};

/** What each key of Pulumi.yaml may be. */
export const settings: Properties = {
  driver: optional(kinds.oneOf(...drivers)),
  box: optional(kinds.oneOf(...boxes)),
  machines: required(machines()),
  memory: required(kinds.whole(256, 65536)),
  interface: required(kinds.interfaceName),
  prefix: required(kinds.whole(1, 30)),
  // Every type is a text here, and then no machine's name.
  director: required({ ...name, bad: name.bad.filter(({ value }) => typeof value === "string") }),
  engine: required(kinds.oneOf(...engines)),
  check: optional(check),
  vip: required(kinds.address("10.10.10.4", "10.10.10.254")),
  port: required(kinds.port),
  scheduler: required(kinds.oneOf(...schedulers)),
  forwarding: required(kinds.oneOf(...forwardings)),
  webServer: required(kinds.oneOf(...webServerKinds)),
  backend1: required(nested(backendProperties, backend1)),
  backend2: required(nested(netnsProperties, backend2)),
  moreBackends: required(
    kinds.listOf(nested(netnsProperties, backend2), "a list of backends", backend2),
  ),
  redirect: optional(nested(redirectProperties, right.redirect)),
  clients: required(kinds.listOf(name, "a list of machines", "machine1")),
  requests: required(kinds.whole(1, 100000)),
  purgePackages: required(kinds.flag),
};

function machines(): kinds.Kind {
  const named = kinds.mapOf(nested(machineProperties, machine1));
  const names = ["", "machine 1", "-m", "m".repeat(64), "a/b"].map((wrong) => ({
    what: `a machine called "${wrong}"`,
    value: { [wrong]: machine1 },
    at: `.${wrong}`,
    allowed: "a machine's name: 1 to 63 letters",
  }));
  return { ...named, bad: [...named.bad, ...names], good: [] };
}

/** What is right by itself and wrong together: what, the settings that are changed, the message. */
export const contradictory: [string, Args, string][] = [
  [
    "a director that is no machine",
    { director: "machine9" },
    'director: no machine "machine9" in ipvs-lab:machines; there are machine1, machine2',
  ],
  [
    "a director of another type than text",
    { director: { name: "machine1" } },
    'director: no machine "{"name":"machine1"}" in ipvs-lab:machines; there are machine1, machine2',
  ],
  [
    "a first backend on no machine",
    { backend1: { ...backend1, machine: "machine9" } },
    'backend1.machine: no machine "machine9" in ipvs-lab:machines; there are machine1, machine2',
  ],
  [
    "a first backend on the director",
    { backend1: { ...backend1, machine: "machine1" } },
    'backend1.machine: "machine1" is the director; the first backend needs another machine',
  ],
  [
    "a second backend on no machine",
    { backend2: { ...backend2, machine: "machine9" } },
    'backend2.machine: no machine "machine9" in the lab; there are machine1, machine2',
  ],
  [
    "a further backend on a machine that has no part in the lab",
    {
      machines: {
        machine1,
        machine2,
        machine3: { address: "10.10.10.9", sshPort: 3, tunnelPort: 3 },
      },
      moreBackends: [{ ...backend2, name: "BACKEND-3", machine: "machine3" }],
    },
    'moreBackends[0].machine: no machine "machine3" in the lab; there are machine1, machine2',
  ],
  [
    "a client that is no machine",
    { clients: ["machine2", "machine9"] },
    'clients[1]: no machine "machine9" in the lab; there are machine1, machine2',
  ],
  [
    "a client that would ask itself, and no other",
    { clients: ["machine2"], forwarding: "gate" },
    'clients: machine2 alone cannot be one: with forwarding gate it has 10.10.10.100 itself, and its requests would not leave it; add "machine1", or choose masquerade',
  ],
  [
    "a static redirection to no backend",
    { redirect: { vip: "10.10.10.101", backend: "BACKEND-9" } },
    'redirect.backend: no backend "BACKEND-9"; there are BACKEND-1, BACKEND-2',
  ],
  [
    "two machines with one address",
    { machines: { machine1, machine2: { ...machine2, address: "10.10.10.1" } } },
    "machines.machine2.address: 10.10.10.1 is machines.machine1's already; choose another",
  ],
  [
    "two machines with one port for SSH",
    { machines: { machine1, machine2: { ...machine2, sshPort: 2201 } } },
    "machines.machine2.sshPort: 2201 is machines.machine1's already; choose another",
  ],
  [
    "two machines with one port for the tunnel",
    { machines: { machine1, machine2: { ...machine2, tunnelPort: 4001 } } },
    "machines.machine2.tunnelPort: 4001 is machines.machine1's already; choose another",
  ],
  [
    "two backends of one name",
    { backend2: { ...backend2, name: "BACKEND-1" } },
    "backend2.name: BACKEND-1 is backend1's already; choose another",
  ],
];
