import {
  engines,
  forwardings,
  schedulerFlags,
  schedulers,
  webServerKinds,
} from "../../../components";
import { boxes } from "../../../providers/qemu/boxes";
import { drivers } from "../../../providers/qemu/driver";
import { asn } from "./announcementKinds";
import { Args, nested, optional, Properties, required } from "./cases";
import { check } from "./checkKinds";
import * as kinds from "./valueKinds";

const backend1 = { name: "BACKEND-1", machine: "machine2", page: "x" };
const inNetns = { ...backend1, namespace: "ns-backend1", address: "10.10.10.5" };
export const backend2 = {
  name: "BACKEND-2",
  machine: "machine1",
  namespace: "ns-backend2",
  address: "10.10.10.3",
  page: "x",
};
export const machine1 = { address: "10.10.10.1", sshPort: 2201, tunnelPort: 4001 };
export const machine2 = { address: "10.10.10.2", sshPort: 2202, tunnelPort: 4002 };
export const machine3 = { address: "10.10.10.9" };
const nine = Array.from({ length: 9 }, (_, i) => `machine${i + 1}`);

/** Settings that are right. */
export const right = {
  driver: "auto",
  box: "auto",
  machines: { machine1, machine2 },
  memory: 512,
  interface: "enp0s8",
  prefix: 24,
  prefix6: 64,
  director: "machine1",
  moreDirectors: [],
  engine: "ipvsadm",
  check: { type: "http" },
  vip: "10.10.10.100",
  vip6: "",
  port: 80,
  scheduler: "rr",
  schedulerFlags: [],
  forwarding: "masquerade",
  webServer: "apache",
  accessLog: false,
  backend1,
  backend2,
  moreBackends: [],
  redirect: { vip: "10.10.10.101", backend: "BACKEND-1" },
  router: {},
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
  namespace: optional(kinds.namespaceName),
  veth: optional(kinds.interfaceName),
  address: optional(kinds.address()),
  address6: optional(kinds.address6),
  weight: optional(kinds.whole(0, 65535)),
  upperThreshold: threshold,
  lowerThreshold: threshold,
  running: optional(kinds.flag),
  page: required(kinds.text),
};
const machineProperties: Properties = {
  address: required(kinds.address()),
  address6: optional(kinds.address6),
  memory: optional(kinds.whole(256, 65536)),
  sshPort: optional(kinds.port),
  tunnelPort: optional(kinds.port),
  switchPort: optional(kinds.port),
};

const redirectProperties: Properties = {
  vip: required(kinds.address()),
  backend: required(name),
};

/** Such a lab has more that is otherwise (routerSettings.ts). */
const router = { machine: "machine2", asn: 65000, directorsAsn: 65001 };
const routerProperties: Properties = {
  machine: required(name),
  asn: required(asn),
  directorsAsn: required(asn),
};

/** What each key of Pulumi.yaml may be. */
export const settings: Properties = {
  driver: optional(kinds.oneOf(...drivers)),
  box: optional(kinds.oneOf(...boxes)),
  machines: required(machines()),
  memory: required(kinds.whole(256, 65536)),
  interface: required(kinds.interfaceName),
  prefix: required(kinds.whole(1, 30)),
  prefix6: optional(kinds.whole(1, 128)),
  // Every type is a text here, and then no machine's name.
  director: required({ ...name, bad: name.bad.filter(({ value }) => typeof value === "string") }),
  moreDirectors: optional(kinds.listOf(name, "a list of machines", "machine2")),
  engine: required(kinds.oneOf(...engines)),
  check: optional(check),
  vip: required(kinds.address("10.10.10.4", "10.10.10.254")),
  // Empty for none; a right one needs more, which is tried among the contradictions.
  vip6: optional({
    ...kinds.address6,
    bad: kinds.address6.bad.filter(({ value }) => value !== ""),
    good: [""],
  }),
  port: required(kinds.port),
  scheduler: required(kinds.oneOf(...schedulers)),
  schedulerFlags: optional(
    kinds.listOf(kinds.oneOf(...schedulerFlags), "a list of scheduler flags", "mh-port"),
  ),
  forwarding: required(kinds.oneOf(...forwardings)),
  webServer: required(kinds.oneOf(...webServerKinds)),
  accessLog: optional(kinds.flag),
  backend1: required(nested(backendProperties, inNetns)),
  backend2: required(nested(backendProperties, backend2)),
  moreBackends: required(
    kinds.listOf(nested(backendProperties, backend2), "a list of backends", backend2),
  ),
  redirect: optional(nested(redirectProperties, right.redirect)),
  router: optional({ ...nested(routerProperties, router), good: [] }),
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
    "a further director that is no machine",
    { moreDirectors: ["machine9"], engine: "keepalived" },
    'moreDirectors[0]: no machine "machine9" in ipvs-lab:machines; there are machine1, machine2',
  ],
  [
    "a director twice",
    { moreDirectors: ["machine1"], engine: "keepalived" },
    "moreDirectors[0]: machine1 is a director already",
  ],
  [
    "several directors without keepalived",
    { machines: { machine1, machine2, machine3 }, moreDirectors: ["machine3"] },
    "engine: ipvsadm cannot move the vip among directors; choose keepalived, or give a router that spreads connections over them",
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
    "a second backend that has no namespace on the director",
    { backend2: { ...backend1, name: "BACKEND-2", machine: "machine1" } },
    'backend2.machine: "machine1" is the director; a backend without a namespace needs another machine',
  ],
  [
    "an address of a backend that has no namespace",
    { backend1: { ...backend1, address: "10.10.10.9" } },
    "backend1.address: only with a namespace; without one it is the machine's",
  ],
  [
    "a backend in a namespace without an address",
    { backend2: { ...backend2, address: undefined } },
    "backend2.address: missing; a backend in a namespace needs an address of the lab's network",
  ],
  [
    "a second backend on no machine",
    { backend2: { ...backend2, machine: "machine9" } },
    'backend2.machine: no machine "machine9" in ipvs-lab:machines; there are machine1, machine2',
  ],
  [
    "a further backend on no machine",
    { moreBackends: [{ ...backend2, name: "BACKEND-3", machine: "machine9" }] },
    'moreBackends[0].machine: no machine "machine9" in ipvs-lab:machines; there are machine1, machine2',
  ],
  [
    "a client that is no machine",
    { clients: ["machine2", "machine9"] },
    'clients[1]: no machine "machine9" in ipvs-lab:machines; there are machine1, machine2',
  ],
  [
    "a client that would ask itself, and no other",
    { clients: ["machine2"], forwarding: "gate" },
    'clients: machine2 alone cannot be one: with forwarding gate it has 10.10.10.100 itself, and its requests would not leave it; add "machine1", or choose masquerade',
  ],
  [
    "a client that would ask itself, where another machine could be one",
    {
      machines: { machine1, machine2, machine3 },
      clients: ["machine1", "machine2"],
      forwarding: "gate",
    },
    'clients[1]: machine2 cannot be one: with forwarding gate it has 10.10.10.100 itself, and its requests would not leave it; take "machine3"',
  ],
  [
    "a machine alone",
    { machines: { machine1 } },
    "machines: there are 1; a lab has 2 to 8 machines",
  ],
  [
    "nine machines",
    {
      machines: Object.fromEntries(nine.map((name, i) => [name, { address: `10.10.10.${i + 1}` }])),
    },
    "machines: there are 9; a lab has 2 to 8 machines",
  ],
  [
    "a virtual address of IPv6 where machines have none",
    {
      machines: { machine1: { ...machine1, address6: "2001:db8:10::1" }, machine2 },
      vip6: "2001:db8:10::100",
    },
    "machines.machine2.address6: missing; ipvs-lab:vip6 needs one\nconfig ipvs-lab:backend2.address6: missing; ipvs-lab:vip6 needs one",
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
    "a port for the tunnel that is another machine's by default",
    { machines: { machine1, machine2, machine3: { ...machine3, tunnelPort: 4102 } } },
    "machines.machine3.tunnelPort: 4102 is machines.machine2's already; choose another",
  ],
  [
    "two backends of one name",
    { backend2: { ...backend2, name: "BACKEND-1" } },
    "backend2.name: BACKEND-1 is backend1's already; choose another",
  ],
];
