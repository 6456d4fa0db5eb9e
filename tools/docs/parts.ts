import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import { parse } from "yaml";
import { root } from "../../lab/paths.js";
import { flowchart } from "./graph.js";

/** The parts of the project, by the beginning of their files' paths. The longest match counts. */
const parts: Record<string, string> = {
  "index.ts": "the lab's program",
  "config.ts": "its settings, checked",
  config: "its settings, one by one<br>and against each other",
  "machine.ts": "its machines",
  components: "what a program imports",
  "components/args": "arguments, checked",
  "components/ipvs": "schedulers, flags,<br>ipvsadm's text",
  "components/ssh": "SSH client, ssh's arguments",
  "components/drift": "what a machine has",
  "components/kinds": "a script and a comparison<br>for each kind of object",
  "components/host": "a machine: its connection,<br>program and reading",
  "components/keepalived": "keepalived's words",
  "components/director": "Director",
  "components/bgp": "what directors announce",
  "components/vip": "Vip",
  "components/backends": "BackendVm, NetnsBackend,<br>RealServer",
  "components/service": "IpvsService",
  "components/router": "Router",
  "components/table": "IpvsTable",
  "components/nat": "SourceNat,<br>StaticRedirect",
  "components/proof": "Proof",
  policy: "policy pack",
  plugin: "package for all languages",
  "providers/command": "Commands over<br>kept connections",
  "providers/vagrant": "vagrant.Machine",
  "providers/qemu": "machines<br>without Vagrant",
  "providers/early": "both in one process,<br>before Pulumi",
  "providers/language": "language host",
  "sdks/vagrant": "SDK of the machine",
  lab: "a stack that is up",
  setup: "installation",
  report: "measurements of a lab",
  cli: "commands",
  "tools/bench": "measurements against others",
  "tools/docs": "reference and diagrams",
  "tools/scale": "routers' hashing<br>and schedulers, simulated",
  "tools/lint": "shellcheck of the<br>machines' program",
  watch: "page of a running lab",
};

/** A diagram of the imports between parts, and of the programs that Pulumi starts. */
export async function partsDiagram(): Promise<string> {
  const { stdout } = await execa("git", ["ls-files", "*.ts"], { cwd: root });
  const files = stdout.split("\n").filter((file) => partOf(file) !== undefined);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    outdir: "out",
    metafile: true,
    logLevel: "silent",
    // Drops imports of types alone.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const imports = Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    imports.flatMap(({ path, external }) => {
      const pair = [partOf(from), partOf(external ? inside(path) : path)];
      return pair[0] && pair[1] && pair[0] !== pair[1] ? [pair.join(" ")] : [];
    }),
  );
  const edges = [...new Set(imports)].sort().map((pair) => {
    const [from = "", to = ""] = pair.split(" ");
    return { from, to };
  });
  const nodes = Object.entries(parts).map(([path, text]) => [path, `<b>${path}</b><br>${text}`]);
  return flowchart("TB", Object.fromEntries(nodes) as Record<string, string>, [
    ...edges,
    ...plugins(),
  ]);
}

/** The only npm package that is a part of this project. */
function inside(name: string): string {
  return name === "@pulumi/vagrant" ? "sdks/vagrant/" : name;
}

function partOf(path: string): string | undefined {
  return Object.keys(parts)
    .filter((part) => path === part || path.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Pulumi.yaml's providers, which the engine starts when the program has a resource of theirs. */
function plugins(): { from: string; to: string; label: string }[] {
  const { plugins } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as {
    plugins: { providers: { name: string; path: string }[] };
  };
  return plugins.providers.map(({ name, path }) => ({
    from: "index.ts",
    to: path,
    label: `resources of ${name}`,
  }));
}
