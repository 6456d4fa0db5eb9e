import { type HashingScheduler, mh, numberOf, sh } from "../../../tools/scale/schedulers/hashing";
import { Directors, directors, type Flow, flows, members, port } from "../directors";

/* The tables of mh and sh in tools/scale beside the kernel's: every choice for 1,000 clients' ports. */

const some = flows(1000);
const gone = members[1] ?? "";
let lab: Directors;

beforeAll(async () => {
  lab = await Directors.start();
});
afterAll(() => lab.end());

/** The members that tools/scale says these flows get. */
function computed(scheduler: HashingScheduler, inOrder: string[], flows: Flow[]): string[] {
  const table = scheduler.table(
    inOrder.map((member) => ({
      address: numberOf("10.80.2.11") + members.indexOf(member),
      port,
    })),
  );
  return flows.map(({ source: [address, from] }) => {
    const place = scheduler.place(numberOf(address), from);
    return inOrder[table[place] ?? -1] ?? "";
  });
}

describe.each([
  ["mh -b mh-port", mh],
  ["sh -b sh-port", sh],
])("%s", (scheduler, computedBy) => {
  test("every choice is as computed, also without one member, and when it is the last added", async () => {
    await lab.serve(scheduler);
    await lab.route(directors.slice(0, 1));
    expect(await lab.datagrams(some)).toEqual(computed(computedBy, members, some));
    const others = members.filter((member) => member !== gone);
    await lab.change("-d", gone);
    expect(await lab.datagrams(some)).toEqual(computed(computedBy, others, some));
    await lab.change("-a", gone);
    expect(await lab.datagrams(some)).toEqual(computed(computedBy, [...others, gone], some));
  });
});
