import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import type { Step } from "./step.js";

/** AppArmor's profile for mmdebstrap, which allows it user namespaces on Ubuntu. */
const profile = "/etc/apparmor.d/mmdebstrap";

/**
 * User namespaces, in which a normal user builds the box. Set-up changes no settings for them: that is the
 * administrator's decision.
 * @param box The step that needs them until it is done.
 */
export function userNamespaces(box: Step): Step {
  return {
    name: "User namespaces, to build the box as a normal user",
    isDone: async () => (await box.isDone()) || obstacles().length === 0,
    get remedy() {
      return obstacles().join("\n");
    },
    run() {
      return Promise.reject(
        new Error(["The box cannot be built as a normal user:", ...obstacles()].join("\n  ")),
      );
    },
  };
}

/**
 * The settings that keep this user from building the box, each with its remedy.
 * @param read A file's content; empty when there is no such file.
 */
export function obstacles(read = contentOf, { username, uid } = userInfo()): string[] {
  const setting = (name: string) => read(`/proc/sys/${name.replaceAll(".", "/")}`).trim();
  const found: string[] = [];
  for (const [name, bad, good] of [
    ["user.max_user_namespaces", "0", "15000"],
    ["kernel.unprivileged_userns_clone", "0", "1"],
  ] as const) {
    if (setting(name) === bad) {
      found.push(`${name} is ${bad}: sudo sysctl ${name}=${good}`);
    }
  }
  const restricted = "kernel.apparmor_restrict_unprivileged_userns";
  if (setting(restricted) === "1" && read(profile) === "") {
    found.push(
      `${restricted} is 1, and AppArmor has no profile ${profile}, which Ubuntu's package apparmor brings: sudo apt-get install apparmor; or sudo sysctl ${restricted}=0`,
    );
  }
  for (const file of ["/etc/subuid", "/etc/subgid"]) {
    const own = new RegExp(`^(${username.replaceAll(/\W/g, "\\$&")}|${uid}):\\d+:\\d+`, "m");
    if (!own.test(read(file))) {
      const option = file.endsWith("uid") ? "--add-subuids" : "--add-subgids";
      found.push(
        `${file} has no line for ${username}: sudo usermod ${option} 100000-165535 ${username}`,
      );
    }
  }
  return found;
}

function contentOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
