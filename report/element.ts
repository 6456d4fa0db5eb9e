/** An element of HTML or SVG, with texts and elements in it. Texts are escaped when it is written. */
export interface Element {
  tag: string;
  attributes: Record<string, string | number | undefined>;
  children: Child[];
}

/** A text, an element, or nothing. */
export type Child = Element | string | number | undefined | false | Child[];

/** Makes an element. Attributes without a value are left out. */
export function el(
  tag: string,
  attributes: Record<string, string | number | undefined> = {},
  ...children: Child[]
): Element {
  return { tag, attributes, children };
}

/** Elements that have neither content nor an end tag. */
const empty = new Set(["meta", "link", "br", "hr"]);

/** The element as HTML text. The text is also valid SVG and XML, except for HTML's empty elements. */
export function markup(child: Child): string {
  if (child === undefined || child === false) {
    return "";
  }
  if (Array.isArray(child)) {
    return child.map(markup).join("");
  }
  if (typeof child !== "object") {
    return escaped(String(child));
  }
  const { tag, attributes, children } = child;
  const words = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  const start = `<${tag}${words.join("")}>`;
  if (empty.has(tag)) {
    return start;
  }
  // A style's text is our own, and a browser does not unescape it.
  const content =
    tag === "style"
      ? children.filter((text) => typeof text === "string").join("")
      : children.map(markup).join("");
  return `${start}${content}</${tag}>`;
}

const entities: Record<string, string> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
