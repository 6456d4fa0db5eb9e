/** The engine passes its address as the only argument that is not a flag; "--tracing" has a value. */
export function engineAddress(words: readonly string[]): string | undefined {
  return words.find((word, i) => !word.startsWith("-") && words[i - 1] !== "--tracing");
}
