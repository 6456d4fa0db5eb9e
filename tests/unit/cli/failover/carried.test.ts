import { evaluated } from "../../../support/evaluate";

/** /proc/net/ip_vs_stats_percpu of two processors; the sums below "~" are older, and are not read. */
const percpu = (connections: number, packets: number) =>
  [
    "       Total Incoming Outgoing         Incoming         Outgoing",
    "CPU    Conns  Packets  Packets            Bytes            Bytes",
    `  0 ${connections.toString(16).toUpperCase().padStart(8)} ${packets.toString(16).toUpperCase().padStart(8)}        0            58BE8                0`,
    "  A        1       10        0               64                0",
    "  ~        2       1A        0            58C4C                0",
    "",
    "     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s",
    "           0       FA        0             336E                0",
  ].join("\n");

test("a director's counters are those of all processors, in hexadecimal", async () => {
  expect(
    await evaluated(
      "cli/failover/counters.ts",
      `m.parseCounters(${JSON.stringify(percpu(74, 6764))})`,
    ),
  ).toEqual({ connections: 75, packets: 6780 });
});

test("each director has what it carried in each part, and the busiest one is known before", async () => {
  const readings = {
    machine1: [percpu(5, 50), percpu(9, 90), percpu(9, 91), percpu(20, 200)],
    machine2: [percpu(70, 7000), percpu(72, 7200), percpu(90, 9000), percpu(99, 9900)],
  };
  const seen = await evaluated(
    "cli/failover/carried.ts",
    `(async () => {
       const all = ${JSON.stringify(readings)};
       const session = (name) => ({ run: async () => all[name].shift() });
       const counts = new m.CarriedCounts(new Map(Object.keys(all).map((name) => [name, session(name)])));
       await counts.read();
       await counts.read();
       const busiest = counts.busiest();
       await counts.read();
       await counts.read();
       return { busiest, carried: counts.carried() };
     })()`,
  );
  const counted = (connections: number, packets: number) => ({ connections, packets });
  expect(seen).toEqual({
    busiest: "machine2",
    carried: [
      {
        ...{ director: "machine1", before: counted(4, 40) },
        ...{ out: counted(0, 1), back: counted(11, 109) },
      },
      {
        ...{ director: "machine2", before: counted(2, 200) },
        ...{ out: counted(18, 1800), back: counted(9, 900) },
      },
    ],
  });
});
