/** An element of a document, as a strict reader of XML takes it. */
export interface Node {
  tag: string;
  attributes: Record<string, string>;
  children: (Node | string)[];
}

const name = "[A-Za-z][\\w:-]*";
const attribute = `\\s+${name}="[^"<&]*(?:&(?:amp|lt|gt|quot|#39);[^"<&]*)*"`;
const token = new RegExp(`<(/?)(${name})((?:${attribute})*)>|([^<]+)`, "y");
const references: Record<string, string> = {
  ...{ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" },
};

/** Reads one element. @throws Error where it is not well-formed */
export function read(text: string): Node {
  const root: Node = { tag: "", attributes: {}, children: [] };
  const open = [root];
  token.lastIndex = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    const match = token.exec(text);
    const inside = open.at(-1);
    if (!match || !inside) {
      throw new Error(`not well-formed at ${at}: ${text.slice(at, at + 60)}`);
    }
    const [, end, tag = "", attributes = "", words] = match;
    if (words !== undefined) {
      inside.children.push(plain(words));
    } else if (end) {
      if (inside.tag !== tag) {
        throw new Error(`</${tag}> ends <${inside.tag}>`);
      }
      open.pop();
    } else {
      const node = { tag, attributes: attributesOf(attributes), children: [] };
      inside.children.push(node);
      open.push(node);
    }
  }
  const [only] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || typeof only !== "object") {
    throw new Error(`not one element: ${open.map(({ tag }) => tag).join(" ")}`);
  }
  return only;
}

export function textOf(node: Node | string): string {
  return typeof node === "string" ? node : node.children.map(textOf).join("");
}

/** Every element of a tag, at any depth. */
export function all(node: Node | string, tag: string): Node[] {
  if (typeof node === "string") {
    return [];
  }
  const below = node.children.flatMap((child) => all(child, tag));
  return node.tag === tag ? [node, ...below] : below;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(new RegExp(`(${name})="([^"]*)"`, "g"))];
  const found = Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, plain(value)]));
  if (Object.keys(found).length !== pairs.length) {
    throw new Error(`an attribute twice: ${text}`);
  }
  return found;
}

function plain(text: string): string {
  const left = text.replace(/&(amp|lt|gt|quot|#39);/g, "");
  if (left.includes("&")) {
    throw new Error(`an unknown reference: ${text}`);
  }
  return text.replace(/&[^;]+;/g, (reference) => references[reference] ?? reference);
}
