import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { root } from "../../lab/paths.js";
import { isOnPath } from "../../providers/qemu/driver.js";

/** A distribution's archive, from which boxes are built. */
export type Archive = keyof typeof archives;

/** The suites of an archive that a box is built from. */
export interface Suites {
  archive: Archive;
  suites: string[];
  /** The suite of security updates, when it has a mirror of its own. */
  security?: string;
  /** True for a suite whose index may be past its Valid-Until date, as on a mirror of Debian testing. */
  mayBeStale?: boolean;
}

/** The addresses of a distribution's packages. */
interface ArchiveAddresses {
  main: string;
  security: string;
}

const archives = {
  debian: {
    name: "Debian",
    variable: "IPVS_LAB_DEBIAN_MIRROR",
    components: "main",
    // A public name, which leads to a mirror close by.
    defaultAddresses: {
      main: "http://deb.debian.org/debian",
      security: "http://deb.debian.org/debian-security",
    },
    example: "https://mirror.example/debian https://mirror.example/debian-security",
  },
  ubuntu: {
    name: "Ubuntu",
    variable: "IPVS_LAB_UBUNTU_MIRROR",
    components: "main universe",
    defaultAddresses: {
      main: "http://archive.ubuntu.com/ubuntu",
      security: "http://security.ubuntu.com/ubuntu",
    },
    example: "https://mirror.example/ubuntu https://mirror.example/ubuntu",
  },
};

/**
 * The package sources for mmdebstrap, in apt's format. The keys are part of the text: a path to them would need
 * quoting, and the users of mmdebstrap's namespace would have to be able to read it.
 * @throws Error when the mirror's variable holds no addresses.
 */
export function aptSources({ archive, suites, security, mayBeStale = false }: Suites): string {
  const places = archiveAddresses(archive);
  const all: [address: string, suites: string][] = [[places.main, suites.join(" ")]];
  if (security !== undefined) {
    all.push([places.security, security]);
  }
  const { components } = archives[archive];
  const keys = signedBy(archive);
  return all
    .map(([address, names]) =>
      [
        ...["Types: deb", `URIs: ${address}`, `Suites: ${names}`, `Components: ${components}`],
        ...(mayBeStale ? ["Check-Valid-Until: no"] : []),
        ...["Signed-By:", ...keys, ""],
      ].join("\n"),
    )
    .join("\n");
}

/** The mirror that the user names, else the one that this computer's apt uses, else the public one. */
export function archiveAddresses(archive: Archive, lines = () => hostSources()): ArchiveAddresses {
  const { variable, defaultAddresses, name } = archives[archive];
  const own = process.env[variable] ?? "";
  if (own !== "") {
    return parseMirror(archive, own);
  }
  const found = lines().flatMap((line) => {
    const [address = "", suite = "", origin] = line.split("|");
    return origin === name && /^https?:/.test(address)
      ? [{ address: withoutSlash(address), suite }]
      : [];
  });
  const main = found.find(({ suite }) => !suite.includes("-"))?.address;
  const security = found.find(({ suite }) => suite.endsWith("-security"))?.address;
  return main === undefined
    ? defaultAddresses
    : { main, security: security ?? defaultAddresses.security };
}

/** Parses the mirror's variable: the archive's address, and optionally, after a space, that of its security updates. */
function parseMirror(archive: Archive, value: string): ArchiveAddresses {
  const { variable, example } = archives[archive];
  const [
    main = "",
    security = archive === "debian" ? `${withoutSlash(main)}-security` : main,
    ...more
  ] = value.trim().split(/\s+/);
  if (more.length > 0 || ![main, security].every(isAddress)) {
    throw new Error(
      `${variable}: "${value}" is no address of a mirror: give the archive's, and behind a space that of its security updates if it is another than usual (${variable}="${example}").`,
    );
  }
  return { main: withoutSlash(main), security: withoutSlash(security) };
}

function isAddress(text: string): boolean {
  return /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : "");
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}

/** The package sources of this computer's own apt, each as "address|suite|origin". */
function hostSources(): string[] {
  if (!isOnPath("apt-get")) {
    return [];
  }
  const format = "$(REPO_URI)|$(RELEASE)|$(ORIGIN)";
  const words = ["indextargets", "--format", format, "Created-By: Packages"];
  const { stdout } = execaSync("apt-get", words, { reject: false });
  return stdout.split("\n");
}

/** The lines of an archive's keys. An empty line would end the paragraph, so it becomes a dot. */
function signedBy(archive: Archive): string[] {
  const keys = readFileSync(join(root, `setup/box/keys/${archive}.asc`), "utf8");
  return keys
    .trim()
    .split("\n")
    .map((line) => ` ${line === "" ? "." : line}`);
}
