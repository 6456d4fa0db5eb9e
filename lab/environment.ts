import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { posixQuoted } from "../components/host/quoting.js";
import { launcherBin, pulumiBin, pulumiHome, state } from "./paths.js";

/**
 * The variables that every Pulumi call of this project gets, and that `npm run env` prints. State is kept in the
 * project, whatever backend the user is logged in to; IPVS_LAB_BACKEND_URL changes that.
 */
export function pulumiEnvironment(): Record<string, string> {
  const own = [launcherBin, ...(existsSync(join(pulumiBin, "pulumi")) ? [pulumiBin] : [])];
  const others = (process.env.PATH ?? "").split(delimiter).filter((name) => !own.includes(name));
  return {
    PATH: [...own, ...others].join(delimiter),
    PULUMI_HOME: pulumiHome,
    PULUMI_BACKEND_URL: process.env.IPVS_LAB_BACKEND_URL ?? pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(),
    // The salt of a stack's secrets is in its state, so the settings under version control need none.
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** Sets the variables for this process and its children. */
export function enterEnvironment(): void {
  Object.assign(process.env, pulumiEnvironment());
  // The command provider fails when SSH_AUTH_SOCK names an agent that is gone.
  if (deadAgent()) {
    delete process.env.SSH_AUTH_SOCK;
  }
}

/** The lines for a shell's eval. */
export function shellLines(): string {
  const lines = Object.entries(pulumiEnvironment()).map(
    ([name, value]) => `export ${name}=${posixQuoted(value)}`,
  );
  return [...lines, ...(deadAgent() ? ["unset SSH_AUTH_SOCK"] : [])].join("\n");
}

/** The file of the passphrase that encrypts the stack's secrets. It is made once, here. */
function passphraseFile(): string {
  const file = join(state, "passphrase");
  if (!existsSync(file)) {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  }
  return file;
}

function deadAgent(): boolean {
  const socket = process.env.SSH_AUTH_SOCK;
  return socket !== undefined && !(existsSync(socket) && statSync(socket).isSocket());
}
