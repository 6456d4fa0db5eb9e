/** The program of one version of ipvs-lab on a machine. */
export interface Program {
  /** SHA-256, 64 hexadecimal digits. */
  digest: string;
  /** Its file on the machine, named by the first 12 digits. */
  path: string;
}

/** The program that reads the rules: the original sudo, or the one in Rust, which Ubuntu has from 25.10 on. */
export type Sudo = "sudo" | "sudo-rs";

/** The contents of a sudoers file. */
export interface Rules {
  /** The user who logs in. */
  user: string;
  sudo: Sudo;
  /** This version's program. */
  program: Program;
  /** Programs of earlier versions, which are needed until an upgrade has ended. */
  before: Program[];
  /** Other programs found on the machine, which nobody vouches for. */
  found: Program[];
}

/** The program with that SHA-256. */
export function programOf(digest: string): Program {
  return { digest, path: `/var/lib/ipvs-lab/bin/ipvs-lab-${digest.slice(0, 12)}` };
}

/** The text of /etc/sudoers.d/ipvs-lab. */
export function sudoersText(rules: Rules): string {
  const { user, sudo, program, before, found } = rules;
  const commands = sudo === "sudo" ? sudoCommands : sudoRsCommands;
  const aliases = [
    ...heading(rules),
    "",
    "# This version.",
    alias("IPVS_LAB", [...commands([program]), ...(sudo === "sudo" ? folders : [])]),
    ...(before.length > 0
      ? [
          "# The program of the version before removes what that version has made. After `npm run up` of this version",
          "# in each stack that has the machine, nothing refers to it any more, and this alias can be removed.",
          alias("IPVS_LAB_BEFORE", commands(before)),
        ]
      : []),
    ...found.flatMap(({ digest, path }) => [
      `# Also on the machine: ${path}. If the file that is in place now allows it,`,
      `# add --previous ${digest}`,
    ]),
  ];
  const names = before.length > 0 ? "IPVS_LAB, IPVS_LAB_BEFORE" : "IPVS_LAB";
  return [...aliases, `${user} ALL=(root) NOPASSWD: ${names}`].join("\n");
}

/** The commands that make the programs' folders: each has an explicit mode, whatever root's umask is. */
const folders = [
  "/usr/bin/install -d -m 711 /var/lib/ipvs-lab",
  "/usr/bin/install -d -m 755 /var/lib/ipvs-lab/bin",
];

/** sudo checks the program's digest before it runs it, so the login may install the program itself. */
function sudoCommands(programs: Program[]): string[] {
  return programs.flatMap(({ digest, path }) => [
    `sha256:${digest} ${path}`,
    `/usr/bin/install -D -m 755 /dev/stdin ${path}`,
  ]);
}

/** sudo-rs checks no digest. So root installs the program, and nobody else can change it. */
function sudoRsCommands(programs: Program[]): string[] {
  return programs.map(({ path }) => path);
}

function alias(name: string, commands: string[]): string {
  return `Cmnd_Alias ${name} = ${commands.join(", \\\n  ")}`;
}

function heading({ user, sudo, program }: Rules): string[] {
  return [
    `# /etc/sudoers.d/ipvs-lab (root:root, mode 0440): what ${user} may do, for this very version of ipvs-lab.`,
    `# For ${sudo}; test it there with: visudo -c`,
    "#",
    "# Guard this login as root's own. It may run one program as root and nothing else, but that program",
    "#   - installs and purges any package that the machine's sources have,",
    "#   - sets addresses, routes, nftables' tables, IPVS and kernel settings, writes units and web pages,",
    "#   - lets keepalived run programs as root with any arguments (check.command). These must belong to root and be",
    "#     writable by nobody else, but /bin/sh is one of them. A list in /etc/ipvs-lab/checks, one path a line,",
    "#     allows only these; an empty list allows none.",
    "# So it limits what a mistake can do. It does not stop somebody who has stolen the key.",
    ...(sudo === "sudo" ? [] : sudoRsInstructions(program)),
  ];
}

function sudoRsInstructions({ digest, path }: Program): string[] {
  return [
    "#",
    "# sudo-rs cannot compare a program's content. So the login may not put it there: root does, before the first",
    "# `up` of each version, and again after a destroy that took everything from the machine:",
    "#   install -d -m 711 /var/lib/ipvs-lab && install -d -m 755 /var/lib/ipvs-lab/bin",
    "#   npm run --silent sudoers -- --program | ssh root@MACHINE install -m 755 /dev/stdin \\",
    `#     ${path}`,
    "# (the second in the project's folder). sha256sum of it there has to say",
    `#   ${digest}`,
  ];
}
