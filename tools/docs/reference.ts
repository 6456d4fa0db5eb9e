import { join } from "node:path";
import {
  Application,
  type Context,
  Converter,
  type DeclarationReflection,
  DeclarationReflection as Declaration,
  type ProjectReflection,
  ReflectionGroup,
  ReflectionKind,
  SignatureReflection,
  type SomeType,
  UnionType,
} from "typedoc";
import type { MarkdownApplication } from "typedoc-plugin-markdown";
import { root } from "../../lab/paths.js";
import { pages } from "./pages.js";

const components = join(root, "components");

/**
 * Writes the reference of the exports of components/index.ts into a folder, from their docstrings.
 * @throws Error when a docstring cannot be parsed, or when an export is on no page.
 */
export async function writeReference(folder: string): Promise<void> {
  const app = (await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: [join(components, "index.ts")],
    tsconfig: join(root, "tsconfig.package.json"),
    name: "Reference",
    out: folder,
    readme: "none",
    excludeInternal: true,
    excludeExternals: true,
    excludeProtected: true,
    // Links to lines would change with every edit. The type checker has run already.
    disableGit: true,
    sourceLinkTemplate: "{path}",
    skipErrorChecking: true,
    githubPages: false,
    logLevel: "Warn",
    treatWarningsAsErrors: true,
    locales: { en: { kind_module: "Page" } },
    sort: ["source-order"],
    groupOrder: ["Classes", "Interfaces", "*"],
    validation: { notExported: true, invalidLink: true, rewrittenLink: true, notDocumented: false },
  })) as MarkdownApplication;
  const look = {
    router: "module",
    mergeReadme: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hideGroupHeadings: true,
    useCodeBlocks: true,
    indexFormat: "table",
    pageTitleTemplates: { index: "{projectName}", module: "{name}" },
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    tableColumnSettings: {
      ...{ hideInherited: true, hideSources: true, hideModifiers: true, hideOverrides: true },
    },
  };
  for (const [option, value] of Object.entries(look)) {
    app.options.setValue(option, value);
  }
  // One handler runs before grouping, the other after it.
  app.converter.on(
    Converter.EVENT_RESOLVE_BEGIN,
    ({ project }: Context) => {
      paginate(project);
    },
    1000,
  );
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }: Context) => {
      group(project);
      simplify(project);
    },
    -1000,
  );
  const project = await app.convert();
  if (!project || app.logger.hasErrors()) {
    throw new Error("the reference cannot be made: see above");
  }
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) {
    throw new Error("the reference is not sound: see above");
  }
}

/** Puts everything about a component on one page, instead of a page for each name. */
function paginate(project: ProjectReflection): void {
  const exported = [...(project.children ?? [])];
  for (const { name, files } of pages) {
    const page = new Declaration(name, ReflectionKind.Module, project);
    project.registerReflection(page, undefined, undefined);
    project.addChild(page);
    for (const one of exported.filter((one) => files.includes(fileOf(one)))) {
      project.removeChild(one);
      one.parent = page;
      page.addChild(one);
    }
  }
  const known = pages.flatMap(({ files }) => files);
  const without = exported.filter((one) => !known.includes(fileOf(one)));
  if (without.length > 0) {
    const names = without.map((one) => `${one.name} of components/${fileOf(one)}.ts`).join(", ");
    throw new Error(`no page of the reference has ${names}: add the file in tools/docs/pages.ts`);
  }
}

/** The declaration's file below components/, without its extension. */
function fileOf(declaration: DeclarationReflection): string {
  const file = declaration.sources?.[0]?.fullFileName ?? "";
  return file.slice(components.length + 1).replace(/\.ts$/, "");
}

/** Groups the index in the order in which a program uses the components. */
function group(project: ProjectReflection): void {
  const titles = [...new Set(pages.map((page) => page.group))];
  project.groups = titles.map((title) => {
    const one = new ReflectionGroup(title, project);
    one.children = pages
      .filter((page) => page.group === title)
      .flatMap(({ name }) => project.children?.filter((child) => child.name === name) ?? []);
    return one;
  });
  for (const page of project.children ?? []) {
    // The component's own description comes first, because the index takes it from there.
    const main = page.children?.find((one) => one.name === page.name) ?? page.children?.[0];
    page.comment = main?.comment;
    delete main?.comment;
  }
}

/** Removes what is the same for every component, and writes lists of values out. */
function simplify(project: ProjectReflection): void {
  for (const declaration of Object.values(project.reflections)) {
    if (!(declaration instanceof Declaration || declaration instanceof SignatureReflection)) {
      continue;
    }
    delete declaration.sources;
    delete declaration.overwrites;
    delete declaration.inheritedFrom;
    delete declaration.implementationOf;
    if (declaration instanceof Declaration) {
      delete declaration.implementedTypes;
      delete declaration.extendedTypes;
      delete declaration.extendedBy;
      delete declaration.typeHierarchy;
    }
    for (const { tag, content } of declaration.comment?.blockTags ?? []) {
      for (const part of tag === "@default" ? content : []) {
        // TypeDoc takes all defaults for code, but some are words.
        const [, value = ""] = /^```ts\n([^]*)\n```$/.exec(part.text) ?? [];
        if (/^\w+ /.test(value)) {
          part.kind = "text";
          part.text = value;
        }
      }
    }
    if (declaration.kind === ReflectionKind.TypeAlias && declaration.type) {
      declaration.type = valuesOf(declaration.type) ?? declaration.type;
    }
  }
}

/** The values of a `(typeof list)[number]`. */
function valuesOf(type: SomeType): UnionType | undefined {
  if (type.type !== "indexedAccess" || type.objectType.type !== "query") {
    return undefined;
  }
  const list = type.objectType.queryType.reflection;
  const tuple = list instanceof Declaration ? list.type : undefined;
  const elements = tuple?.type === "typeOperator" ? tuple.target : tuple;
  return elements?.type === "tuple" ? new UnionType(elements.elements) : undefined;
}
