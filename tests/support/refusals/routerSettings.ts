import type { Args } from "./cases";
import { backend2, machine1, machine2, machine3 } from "./settings";

/** What makes these a lab with a router. */
export const routed = {
  machines: { machine1, machine2, machine3, machine4: { address: "10.10.10.4" } },
  moreDirectors: ["machine3"],
  router: { machine: "machine4", asn: 65000, directorsAsn: 65001 },
  forwarding: "ipip",
  clients: ["machine4"],
};

/** What is wrong together with a router: what, the settings that are changed, the message. */
export const contradictoryRouter: [string, Args, string][] = [
  [
    "a router that is no machine",
    { ...routed, router: { ...routed.router, machine: "machine9" } },
    'router.machine: no machine "machine9" in ipvs-lab:machines; there are machine1, machine2, machine3, machine4',
  ],
  [
    "a router that is a director",
    { ...routed, router: { ...routed.router, machine: "machine3" }, clients: [] },
    'router.machine: "machine3" is a director; a router needs another machine',
  ],
  [
    "a router that is a backend",
    { ...routed, router: { ...routed.router, machine: "machine2" }, clients: [] },
    'router.machine: "machine2" is a backend, which has the vip itself; a router needs another machine',
  ],
  [
    "a router with one director",
    { ...routed, moreDirectors: [] },
    "router: there is one director alone to route to; name others in moreDirectors",
  ],
  [
    "a router in the directors' autonomous system",
    { ...routed, router: { ...routed.router, directorsAsn: 65000 } },
    "router.directorsAsn: 65000 is the router's own asn; the directors need another one",
  ],
  [
    "a router and members that answer through a director",
    { ...routed, forwarding: "masquerade" },
    "forwarding: masquerade needs the director that took the request for the answer, and a router chooses one for each connection; choose gate or ipip",
  ],
  [
    "a router and an address of IPv6",
    {
      ...routed,
      machines: Object.fromEntries(
        Object.entries(routed.machines).map(([one, all], i) => [
          one,
          { ...all, address6: `2001:db8:10::${i + 1}` },
        ]),
      ),
      backend2: { ...backend2, address6: "2001:db8:10::9" },
      vip6: "2001:db8:10::100",
    },
    "vip6: a router takes routes of IPv4 alone; leave out vip6",
  ],
  [
    "a client besides the router",
    { ...routed, clients: ["machine4", "machine1"] },
    "clients[1]: machine1 has no route to the vip; only the router, machine4, can ask it",
  ],
];
