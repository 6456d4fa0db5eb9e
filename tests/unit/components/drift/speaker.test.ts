import { nameInFiles, speakerOf } from "../../../../components/drift/speaker";

// Printed by BIRD 2.0.12 and by observe.sh.
const lines = [
  "alive v_10_90_0_1 v_fd90__1",
  "coming v_fd90__1 ",
  "live v_10_90_0_1.conf ",
  "BIRD 2.0.12 ready.",
  "Access restricted",
  "Name       Proto      Table      State  Since         Info",
  "device1    Device     ---        up     2026-11-30 11:10:20  ",
  "v_10_90_0_1 Static     master4    up     2026-11-30 11:10:51  ",
  "n_10_80_4_1 BGP        ---        up     2026-11-30 11:13:20  Established   ",
  "n_fd80_4__1 BGP        ---        start  2026-11-30 11:13:22  Active        Socket: Connection refused",
  "exported n_10_80_4_1 10.90.0.1/32",
];

test("what BIRD says of its sessions, and what is announced", () => {
  const { sessions, ...rest } = speakerOf(lines);
  expect(rest).toEqual({
    alive: new Set(["v_10_90_0_1", "v_fd90__1"]),
    coming: new Set(["v_fd90__1"]),
    live: new Set(["v_10_90_0_1"]),
    isWithdrawn: false,
  });
  expect(Object.fromEntries(sessions)).toEqual({
    n_10_80_4_1: { state: "Established", exported: new Set(["10.90.0.1/32"]) },
    n_fd80_4__1: { state: "Active        Socket: Connection refused", exported: new Set() },
  });
});

test("a speaker in maintenance has withdrawn all; one that does not answer has no sessions", () => {
  expect(speakerOf(["alive ", "live ", "withdrawn"])).toEqual({
    ...{ alive: new Set(), coming: new Set(), live: new Set() },
    ...{ sessions: new Map(), isWithdrawn: true },
  });
});

test("names of addresses in BIRD's files, whose symbols have no dots and colons", () => {
  expect(nameInFiles("v", "10.90.0.1/32")).toBe("v_10_90_0_1");
  expect(nameInFiles("n", "fd80:4::1")).toBe("n_fd80_4__1");
});
