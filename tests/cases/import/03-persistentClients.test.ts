import * as pulumi from "@pulumi/pulumi";
import * as components from "../../../components";
import { service } from "../../support/keepalivedService";
import { registered } from "../../support/pulumi/mocks";

/** What the preview warns of. */
async function warned(
  members: components.RealServerArgs[],
  args: Partial<components.IpvsServiceArgs>,
  sysctls: components.DirectorArgs["sysctls"],
): Promise<string[]> {
  const preview = jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(true);
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
  await registered(() => service(members, args, { sysctls }));
  const said = warn.mock.calls.map(([text]) => text);
  warn.mockRestore();
  preview.mockRestore();
  return said;
}

const stays = { address: "10.10.10.2", inhibitOnFailure: true };
const persistence = { timeout: 300 };

test("import 3: clients that stay with a member that fails are warned of", async () => {
  expect(await warned([stays], { persistence }, { expire_quiescent_template: 0 })).toEqual([
    "clients that persistence keeps with r0 stay there when its check fails, as inhibitOnFailure gives it " +
      "weight 0 and sysctls.expire_quiescent_template of the director of lb is 0: leave that setting out, " +
      "or inhibitOnFailure",
  ]);
});

test("import 3: nothing is said where they do not stay", async () => {
  const off = { expire_quiescent_template: 0 };
  expect(await warned([stays], { persistence }, {})).toEqual([]);
  expect(await warned([stays], { persistence }, { expire_quiescent_template: 1 })).toEqual([]);
  expect(await warned([stays], {}, off)).toEqual([]);
  expect(await warned([{ address: "10.10.10.2" }], { persistence }, off)).toEqual([]);
});
