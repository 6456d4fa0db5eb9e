/** Folders of a machine that the program knows; each stands below the scratch folder here. */
const folders = ["usr", "run", "var", "etc", "lib", "proc", "sys"];

/** The program with other folders. @throws if it could still reach one of the real machine's. */
export function relocated(text: string, folder: string): string {
  const pathLine = /^PATH=.*$/gm;
  if (text.match(pathLine)?.length !== 1) {
    throw new Error("the program does not set PATH in exactly one place");
  }
  const moved = text
    .replace(pathLine, `PATH=${folder}/bin`)
    .replace(new RegExp(`(?<![\\w}$)*.%])/(${folders.join("|")})\\b`, "g"), `${folder}/root/$1`);
  const left = [
    ...moved.matchAll(
      /(?<![\w}])\/(bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)\b[\w./-]*/g,
    ),
  ].map(([path]) => path);
  const harmless = new Set([
    "/dev/null",
    "/dev/zero",
    "/dev/fd/8",
    "/dev/stdin",
    "/dev/log",
    "/bin/sh",
  ]);
  const outside = left.filter((path) => !harmless.has(path) && !path.startsWith(`${folder}/`));
  if (outside.length > 0) {
    throw new Error(`the program could reach ${outside.join(", ")}`);
  }
  return moved;
}
