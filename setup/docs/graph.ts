/** Lines of a Mermaid flowchart, which GitHub draws. */
export function flowchart(
  direction: "TB" | "LR",
  nodes: Record<string, string>,
  edges: { from: string; to: string; label?: string }[],
): string {
  const ids = new Map(Object.keys(nodes).map((name, i) => [name, `n${i}`]));
  const id = (name: string) => {
    const known = ids.get(name);
    if (known === undefined) {
      throw new Error(`the diagram has no part "${name}"`);
    }
    return known;
  };
  return [
    `flowchart ${direction}`,
    ...Object.entries(nodes).map(([name, text]) => `  ${id(name)}["${text}"]`),
    ...edges.map(({ from, to, label }) =>
      label ? `  ${id(from)} -. ${label} .-> ${id(to)}` : `  ${id(from)} --> ${id(to)}`,
    ),
  ].join("\n");
}
