/** A block of keepalived.conf(5): the words before its braces, and the lines between them. */
export interface Block {
  head: string;
  body: (string | Block)[];
}

/** Its lines, indented. */
export function written({ head, body }: Block): string[] {
  const lines = body.flatMap((part) => (typeof part === "string" ? [part] : written(part)));
  return [`${head} {`, ...lines.map((line) => `  ${line}`), "}"];
}
