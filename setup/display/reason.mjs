/** Beginnings of lines in which apt, dpkg, mmdebstrap, git, npm, Pulumi and QEMU's programs state an error. */
const telling =
  /^(?:E: |error: |fatal: |npm (?:error|ERR!) |dpkg: error|(?:qemu-img|tar|mke2fs|ssh-keygen|flock|cp|mount|dpkg-deb): )/;

/** Lines that explain nothing by themselves. */
const noise =
  /^(?:go: (?:downloading|finding|found) |npm (?:error|ERR!) (?:code|errno|syscall|type|path|dest|stack|cwd) |npm (?:error|ERR!) (?:A complete log|Log files|network (?:This is|In most|'proxy'))|npm (?:error|ERR!)(?: network)?$|Use --help |Usage: )/;

/**
 * The reason for a program's failure, from all that it has printed: the lines that state an error, else the last lines;
 * five at most. Nothing else of another program's output belongs in an error.
 */
export function reasonIn(output) {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !noise.test(line));
  const told = [...new Set(lines.filter((line) => telling.test(line)))];
  return (told.length > 0 ? told : lines).slice(-5).join("\n");
}
