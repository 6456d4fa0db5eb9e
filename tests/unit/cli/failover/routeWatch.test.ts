import { evaluated } from "../../../support/evaluate";

/** Lines of `ip -o monitor route` on a router, when BIRD leaves out one of two directors and takes it back. */
const route = [
  "10.10.20.100 proto bird metric 32 \\\\\\tnexthop via 10.10.10.1 dev enp0s8 weight 1 \\\\\\tnexthop via 10.10.10.2 dev enp0s8 weight 1 ",
  "10.10.20.101 via 10.10.10.9 dev enp0s8 proto bird metric 32 ",
  "10.10.20.100 via 10.10.10.2 dev enp0s8 proto bird metric 32 ",
  "Deleted 10.10.20.100 via 10.10.10.2 dev enp0s8 proto bird metric 32 ",
  "10.10.20.100 via 10.10.10.1 dev enp0s8 proto bird metric 32 ",
];
const link = "3: a0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc pfifo_fast state DOWN";

function shell(lines: string[]) {
  return { file: "printf", args: ["%b\\n", ...lines] };
}

test("the router's kernel says which directors are next hops, and a director's when its link goes", async () => {
  const shells = [["machine1", shell([link])]];
  const router = { machine: "machine4", shell: shell(route) };
  const addresses = [
    ["machine1", "10.10.10.1"],
    ["machine2", "10.10.10.2"],
  ];
  const seen = await evaluated(
    "cli/failover/routeWatch.ts",
    `(async () => {
       const watch = new m.RouteWatch("10.10.20.100", ${JSON.stringify(router)},
         new Map(${JSON.stringify(shells)}), new Map(${JSON.stringify(addresses)}));
       await watch.until(() => watch.moves.length === 5, 20_000);
       await watch.close();
       const moves = watch.moves.map(({ director, has }) => [director, has]);
       return { moves, lost: watch.lostLinks.map(({ director }) => director), holders: watch.holders() };
     })()`,
  );
  expect(seen).toEqual({
    moves: [
      ...[
        ["machine1", true],
        ["machine2", true],
      ],
      ...[
        ["machine1", false],
        ["machine2", false],
      ],
      ["machine1", true],
    ],
    lost: ["machine1"],
    holders: ["machine1"],
  });
});
