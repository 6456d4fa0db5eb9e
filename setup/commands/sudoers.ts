import { Command, InvalidArgumentError } from "commander";
import { require as load } from "tsx/cjs/api";
import type * as Kernel from "../../components/kernel.js";

export const sudoers = new Command("sudoers")
  .description("print the sudoers file that is enough for this version of the program, and no more")
  .requiredOption("--user <name>", "who logs in to the machines", userName)
  .action(({ user }: { user: string }) => {
    console.log(sudoersFile(user));
  });

/** sudo compares the program's content before it runs it: nothing else can be put in its place. */
function sudoersFile(user: string): string {
  // The components are CommonJS and find their scripts by their own place.
  const { programDigest, programPath } = load(
    "../../components/kernel.ts",
    import.meta.url,
  ) as typeof Kernel;
  return [
    "# /etc/sudoers.d/ipvs-lab (mode 0440), for this very version of ipvs-lab",
    `Cmnd_Alias IPVS_LAB = sha256:${programDigest} ${programPath}, \\`,
    `  /usr/bin/install -D -m 755 /dev/stdin ${programPath}`,
    `${user} ALL=(root) NOPASSWD: IPVS_LAB`,
  ].join("\n");
}

function userName(value: string): string {
  if (!/^[a-z_][a-z0-9_-]*$/.test(value)) {
    throw new InvalidArgumentError("It must be the name of a user.");
  }
  return value;
}
