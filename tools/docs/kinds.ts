import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { root } from "../../lab/paths.js";
import { flowchart } from "./graph.js";

const components = join(root, "components");

/** A diagram of the scripts that each component runs on a machine. */
export function kindsDiagram(): string {
  const runs = kindsByComponent();
  const scripts = [...new Set([...runs.values()].flat())].sort();
  const nodes = {
    ...Object.fromEntries([...runs.keys()].map((name) => [name, name])),
    ...Object.fromEntries(scripts.map((kind) => [`${kind}.sh`, `${kind}.sh`])),
  };
  const edges = [...runs].flatMap(([from, kinds]) =>
    kinds.map((kind) => ({ from, to: `${kind}.sh` })),
  );
  return flowchart("LR", nodes, edges);
}

/** The kinds that a component's class passes on through functions, but not through other components. */
function kindsByComponent(): Map<string, string[]> {
  const program = ts.createProgram([join(components, "index.ts")], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: [],
  });
  const checker = program.getTypeChecker();
  const kinds = new Set(readdirSync(join(components, "kinds")));
  const own = program
    .getSourceFiles()
    .filter(({ fileName }) => !relative(components, fileName).startsWith(".."));
  const classes = own.flatMap((file) => file.statements.filter(isComponent));

  const found = (start: ts.Node): string[] => {
    const run = new Set<string>();
    const seen = new Set<ts.Node>();
    const visit = (node: ts.Node): void => {
      if (
        ts.isPropertyAssignment(node) &&
        node.name.getText() === "kind" &&
        ts.isStringLiteral(node.initializer) &&
        kinds.has(node.initializer.text)
      ) {
        run.add(node.initializer.text);
      }
      if (ts.isIdentifier(node)) {
        declarationsOf(node, checker).forEach(enter);
      }
      ts.forEachChild(node, visit);
    };
    const enter = (declaration: ts.Node): void => {
      const runnable = ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration);
      const foreign = ts.findAncestor(declaration, ts.isClassDeclaration);
      if (
        runnable &&
        !seen.has(declaration) &&
        own.includes(declaration.getSourceFile()) &&
        (foreign === undefined || foreign === start)
      ) {
        seen.add(declaration);
        visit(declaration);
      }
    };
    visit(start);
    return [...run].sort();
  };
  return new Map(
    classes
      .map((one): [string, string[]] => [one.name?.text ?? "", found(one)])
      .filter(([, kinds]) => kinds.length > 0)
      .sort(([a], [b]) => a.localeCompare(b, "en")),
  );
}

function isComponent(node: ts.Statement): node is ts.ClassDeclaration {
  return (
    ts.isClassDeclaration(node) &&
    (node.heritageClauses ?? []).some((clause) => clause.getText().includes("ComponentResource"))
  );
}

function declarationsOf(name: ts.Identifier, checker: ts.TypeChecker): ts.Node[] {
  const symbol = checker.getSymbolAtLocation(name);
  const real =
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return real?.declarations ?? [];
}
