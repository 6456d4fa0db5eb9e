import { evaluated } from "../../../support/evaluate";

/** Lines of `ip -o monitor link address` on a real machine, when its link goes and it loses an address. */
const lines = [
  "3: a0    inet 192.0.2.1/32 scope global a0\\\\       valid_lft forever preferred_lft forever",
  "3: a0@b0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default",
  "3: a0@b0: <NO-CARRIER,BROADCAST,MULTICAST,UP,M-DOWN> mtu 1500 qdisc noqueue state LOWERLAYERDOWN",
  "3: a0    inet6 fe80::c8bf:98ff:fe87:53f1/64 scope link \\\\       valid_lft forever",
  "Deleted 3: a0    inet 192.0.2.1/32 scope global a0\\\\       valid_lft forever preferred_lft forever",
];

test("a director's kernel says when its link goes, and when it gets and loses the address", async () => {
  const shell = { file: "printf", args: ["%s\n", ...lines] };
  const seen = await evaluated(
    "cli/failover/addressWatch.ts",
    `(async () => {
       const shells = new Map([["machine1", ${JSON.stringify(shell)}]]);
       const watch = new m.AddressWatch("192.0.2.1", shells);
       await watch.until(() => watch.moves.length === 2, 20_000);
       await watch.close();
       return { moves: watch.moves, lostLinks: watch.lostLinks };
     })()`,
  );
  const at = expect.any(Number) as number;
  expect(seen).toEqual({
    moves: [
      { director: "machine1", has: true, at },
      { director: "machine1", has: false, at },
    ],
    lostLinks: [{ director: "machine1", at }],
  });
});
