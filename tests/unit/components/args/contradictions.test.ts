import { Host } from "../../../../components";
import { command, registered } from "../../../support/pulumi/mocks";
import { announcements, announcersLab } from "../../../support/refusals/announcements";
import { messageOf, refusals } from "../../../support/refusals/cases";
import { collisions } from "../../../support/refusals/collisions";
import { contradictions } from "../../../support/refusals/contradictions";
import { pairs, pairsLab } from "../../../support/refusals/directorPairs";
import { engines } from "../../../support/refusals/engines";
import { lab, machine, Mistake, netns, ssh } from "../../../support/refusals/lab";
import { realServerSetups } from "../../../support/refusals/realServerSetup";
import { workshop } from "../../../support/workshop";

describe.each([
  ["contradictions", contradictions],
  ["machines", realServerSetups],
  ["collisions", collisions],
  ["engines", engines],
])("of %s", (_, mistakes) => {
  refused(lab, mistakes);
});

describe("of directors that share an address", () => {
  refused(pairsLab, pairs);
});

describe("of directors that announce an address", () => {
  refused(announcersLab, announcements);
});

function refused<L>(lab: () => L, mistakes: Mistake<L>[]): void {
  let found: Awaited<ReturnType<typeof refusals>>;

  beforeAll(async () => {
    found = await refusals(
      lab,
      mistakes.map(([, make]) => make),
    );
  });

  test.each(mistakes.map(([what, , message], i) => [what, message, i] as const))(
    "%s is refused with the resource, the property and what is allowed",
    (_what, message, i) => {
      expect(messageOf(found.thrown[i])).toBe(message);
    },
  );

  test("nothing that is refused has reached a machine", () => {
    expect(found.thrown).toHaveLength(mistakes.length);
    expect(found.registered).toEqual([]);
  });
}

test("what is taken on one host is free on another", async () => {
  const names = { namespace: "ns-backend2", veth: "veth1" };
  const resources = await registered(() => {
    const { backend1 } = workshop();
    netns({ machine1: backend1.host }, "BACKEND-1b", names);
  });
  expect(command(resources, "BACKEND-1b-netns").inputs.stdin).toContain("namespace ns-backend2");
});

test("what is refused takes nothing", async () => {
  const resources = await registered(() => {
    const lab = workshop();
    expect(() => netns(lab, "b", { veth: "veth1" })).toThrow("veth1");
    netns(lab, "c", { veth: "veth2" });
  });
  expect(command(resources, "c-netns").inputs.stdin).toContain("namespace ns-other");
});

test("what was given for a private key is not shown", async () => {
  const { thrown } = await refusals(
    () => undefined,
    [
      () =>
        new Host("h", { ...machine, machine: undefined, ssh: { ...ssh, privateKey: "hunter2" } }),
    ],
  );
  expect(messageOf(thrown[0])).toBe(
    'Host "h": ssh.privateKey: what is given is not a private key itself, which begins with "-----BEGIN"',
  );
});
