import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plugin, Project, root } from "../support/pulumi/project";
import { keyPair, words } from "../support/ssh/keys";

/** The example in YAML on Pulumi's own host for YAML, which is in no registry that the lab needs. */
const project = new Project(join(process.env.IPVS_LAB_OFFICIAL ?? "/nowhere", "pulumi"));
afterAll(() => {
  project.remove();
});

async function previewsTheExample(): Promise<void> {
  const example = readFileSync(join(root, "examples/yaml/Pulumi.yaml"), "utf8");
  project.write("Pulumi.yaml", example.replace("../../plugin", plugin));
  const settings = { host: "127.0.0.1", port: "9", hostKey: words(keyPair().public) };
  const plain = Object.entries(settings).flatMap(([name, value]) => [
    "--plaintext",
    `${name}=${value}`,
  ]);
  await project.pulumi("stack", "init", "yaml");
  const secret = ["--secret", `privateKey=${keyPair().private}`];
  await project.pulumi("config", "set-all", ...plain, ...secret);
  const { status, inputs, errors } = await project.preview();
  expect(errors).toEqual([]);
  const service = [...inputs].find(([urn]) => urn.endsWith("::web-tcp-192.0.2.100-80"));
  expect(service?.[1]?.stdin).toBe(
    "-A -t 192.0.2.100:80 -s wrr\n-a -t 192.0.2.100:80 -r 192.0.2.21:8080 -m -w 1\n-a -t 192.0.2.100:80 -r 192.0.2.22:8080 -m -w 2\n",
  );
  expect(status).toBe(0);
}

// What was built from the sources, as a mirror may have it, is without it.
const inYaml = project.has("pulumi-language-yaml") ? test : test.skip;
inYaml("the example is previewed by Pulumi's own host for YAML", previewsTheExample, 60_000);
