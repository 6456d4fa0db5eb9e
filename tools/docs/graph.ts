/** Lines of a Mermaid flowchart, which GitHub draws. */
export function flowchart(
  direction: "TB" | "LR",
  nodes: Record<string, string>,
  edges: { from: string; to: string; label?: string }[],
): string {
  const id = (name: string) => {
    if (nodes[name] === undefined) {
      throw new Error(`the diagram has no part "${name}"`);
    }
    return name.replace(/\W/g, "_");
  };
  return [
    `flowchart ${direction}`,
    ...Object.entries(nodes).map(([name, text]) => `  ${id(name)}["${text}"]`),
    ...edges.map(({ from, to, label }) =>
      label ? `  ${id(from)} -. ${label} .-> ${id(to)}` : `  ${id(from)} --> ${id(to)}`,
    ),
  ].join("\n");
}
