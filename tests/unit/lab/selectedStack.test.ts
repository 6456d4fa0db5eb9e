import { join } from "node:path";
import { evaluated } from "../../support/evaluate";
import { Project } from "../../support/pulumi/project";

const project = new Project();
const home = join(project.folder, "home");
jest.setTimeout(60_000);
afterAll(() => {
  project.remove();
});

const isSelected = (stack: string) =>
  evaluated(
    "lab/selectedStack.ts",
    `m.isSelected(${JSON.stringify(stack)}, ${JSON.stringify(project.folder)}, ${JSON.stringify(home)})`,
  );

test("the stack that Pulumi itself has selected is the selected one", async () => {
  project.write("Pulumi.yaml", "name: ipvs-lab\nruntime: nodejs\n");
  expect(await isSelected("dev")).toBe(false);
  const pulumi = (...words: string[]) =>
    project.run("env", `PULUMI_HOME=${home}`, "pulumi", ...words, "--non-interactive");
  for (const stack of ["dev", "other"]) {
    expect(await pulumi("stack", "init", stack)).toMatchObject({ status: 0 });
  }
  expect([await isSelected("dev"), await isSelected("other")]).toEqual([false, true]);
  expect(await pulumi("stack", "select", "dev")).toMatchObject({ status: 0 });
  expect([await isSelected("dev"), await isSelected("other")]).toEqual([true, false]);
});
