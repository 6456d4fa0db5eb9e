import { commandPluginVersion, pulumiVersion } from "../../../lab/paths.js";

/** Digests of a release archive that set-up accepts, by the archive's source. */
export interface Digests {
  /** SHA-256 of the official archive, hexadecimal. Without it the official address is not tried. */
  official?: string;
  /** SHA-256 of archives that others have made from the official sources, for networks without Pulumi's releases. */
  rebuilt?: string[];
}

const cli = (platform: string) => `pulumi-v${pulumiVersion}-linux-${platform}.tar.gz`;
const plugin = (platform: string) =>
  `pulumi-resource-command-v${commandPluginVersion}-linux-${platform}.tar.gz`;

/**
 * The digests of the archives that set-up fetches. For a new version, take the CLI's from Pulumi's own Homebrew tap
 * (github.com/pulumi/homebrew-tap, Formula/pulumi.rb) and compare them with the release's own checksums
 * (get.pulumi.com/releases/sdk/pulumi-VERSION-checksums.txt).
 *
 * No published official digest of the command plugin was found. Where no digest stands here, the project's own engine
 * takes the plugin's place.
 */
export const pinned: Partial<Record<string, Digests>> = {
  [cli("x64")]: {
    official: "52337212db85636fa598689cdcf6f54c0aa8a7ccd676dc04e00f2b6334eee8ec",
    rebuilt: ["464c231ab1c630a5b405eaa6e011a7f3275854085dcd3c00d011354020c59c03"],
  },
  [cli("arm64")]: {
    official: "e9684f6909335aed95657c006e62d606a88fa09ef098378aff2f3a847d462325",
  },
  [plugin("amd64")]: {
    rebuilt: ["bee5eec4a1e28c1639af822cde73cc362152149bff12233ff6bd52b131590789"],
  },
};

/**
 * The checksums of Go toolchains, as the checksum database sum.golang.org has them. A Go of another version or platform
 * is checked against that database itself.
 */
export const toolchainSums: Partial<Record<string, string>> = {
  "v0.0.1-go1.25.8.linux-amd64": "h1:MkNvPo+gHdMv6KJDtF7Ut6u/EG5iJRIfJv5eKmh7bNM=",
};
