import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DependencyInfo } from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PackageParameterization } from "@pulumi/pulumi/proto/plugin_pb";

/** The fields of a package.json that name the provider it needs. */
interface Manifest {
  name?: string;
  version?: string;
  pulumi?: {
    resource?: boolean;
    name?: string;
    version?: string;
    server?: string;
    parameterization?: { name: string; version: string; value: string };
  };
}

/**
 * The providers behind the packages that are installed in a folder and its subfolders, but not in a policy pack's:
 * those are not the program's.
 */
export function requiredPackages(folder: string): PackageDependency[] {
  const found: PackageDependency[] = [];
  const visited = new Set<string>();

  function project(path: string): void {
    const real = realpathSync(path);
    if (visited.has(real) || (path !== folder && existsSync(join(real, "PulumiPolicy.yaml")))) {
      return;
    }
    visited.add(real);
    for (const name of folders(real)) {
      if (name === "node_modules") {
        modules(join(real, name));
      } else if (!name.startsWith(".")) {
        project(join(real, name));
      }
    }
  }

  function modules(path: string): void {
    for (const name of folders(path)) {
      if (name.startsWith("@")) {
        modules(join(path, name));
      } else {
        installed(join(path, name));
      }
    }
  }

  function installed(path: string): void {
    const real = realpathSync(path);
    if (visited.has(real)) {
      return;
    }
    visited.add(real);
    const dependency = dependencyOf(manifest(join(real, "package.json")));
    if (dependency) {
      found.push(dependency);
    }
    // A package's own modules, and those of npm workspaces and pnpm.
    for (const name of folders(real)) {
      if (name === "node_modules") {
        modules(join(real, name));
      }
    }
  }

  project(folder);
  return found;
}

/** Subfolders, and links to folders; a dangling link is none. */
function folders(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() ||
        (entry.isSymbolicLink() &&
          statSync(join(path, entry.name), { throwIfNoEntry: false })?.isDirectory()),
    )
    .map((entry) => entry.name);
}

function manifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch {
    return {};
  }
}

/** A package outside @pulumi has to name its provider itself. */
function dependencyOf({ name = "", version = "", pulumi }: Manifest) {
  const plugin = pulumi?.name ?? /^@pulumi\/(.+)$/.exec(name)?.[1];
  const wanted = pulumi?.version ?? version;
  if (!pulumi?.resource || !plugin || !wanted) {
    return undefined;
  }
  const dependency = new PackageDependency()
    .setName(plugin)
    .setKind("resource")
    .setVersion(wanted.startsWith("v") ? wanted : `v${wanted}`)
    .setServer(pulumi.server ?? "");
  if (pulumi.parameterization) {
    const { name: parameter, version: its, value } = pulumi.parameterization;
    dependency.setParameterization(
      new PackageParameterization().setName(parameter).setVersion(its).setValue(value),
    );
  }
  return dependency;
}

interface Lock {
  packages?: Record<string, { name?: string; version?: string } & Wanted>;
}
interface Wanted {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/**
 * A program's npm packages with the versions of package-lock.json.
 * @param transitive True to include the packages' own dependencies.
 * @throws Error when there is no package-lock.json in the folder or above it.
 */
export function programDependencies(folder: string, transitive: boolean): DependencyInfo[] {
  const { packages = {} } = JSON.parse(readFileSync(lockFile(folder), "utf8")) as Lock;
  const own = packages[""] ?? {};
  const direct = new Set(Object.keys({ ...own.dependencies, ...own.devDependencies }));
  return Object.entries(packages).flatMap(([path, { version = "" }]) => {
    const [, nesting = "", name] = /^(.*)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    const wanted = name && (transitive || (nesting === "" && direct.has(name)));
    return wanted ? [new DependencyInfo().setName(name).setVersion(version)] : [];
  });
}

function lockFile(folder: string): string {
  for (let path = folder; ; path = dirname(path)) {
    const file = join(path, "package-lock.json");
    if (existsSync(file)) {
      return file;
    }
    if (path === dirname(path)) {
      throw new Error(`There is no package-lock.json in ${folder} or above it.`);
    }
  }
}
