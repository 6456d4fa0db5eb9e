import { HostState } from "../../drift/hostState";
import {
  heldOtherwise,
  Kind,
  missingPackages,
  Desired,
  word,
  settingDifferences,
} from "../../drift/kind";
import { lackedProcessors, lackedSettings } from "../../drift/running";
import { daemonsOf } from "../../drift/sharedSettings";

/** A director's settings (director.sh); several directors may share a machine. */
export const director: Kind = {
  key: (w) => w.owner,
  title: () => "director",
  exists: () => false,
  unadoptable: true,
  conflicts: (w, seen, adopt, back) => [
    ...lackedSettings(word(w, "sysctls"), seen),
    ...lackedProcessors(word(w, "sysctls"), seen),
    ...heldOtherwise("director", w, needs(w, seen), seen),
    // After a reboot, a configuration file of the machine's own may have started it.
    ...(adopt || back ? [] : ["master", "backup"].flatMap((role) => foreignDaemon(role, w, seen))),
  ],
  differences: (w, seen) => [
    ...missingPackages(word(w, "packages").split(" "), seen),
    ...(seen.services || !seen.packages.has("ipvsadm") ? [] : ["the module ip_vs is not loaded"]),
    ...settingDifferences("director", w, seen),
  ],
};

/** The shared settings that it needs, by their keys in host/program/settings/references.sh. */
function needs(w: Desired, seen: HostState): Map<string, string> {
  const pairs = (key: string, prefix: string) =>
    word(w, key)
      .split(" ")
      .filter((setting) => setting !== "")
      .map((setting): [string, string] => {
        const [name = "", value = ""] = setting.split("=");
        return [`${prefix}${name}`, name === "sync_threshold" ? value.replace(",", " ") : value];
      });
  const daemons = ["master", "backup"]
    .filter((role) => word(w, role) !== "")
    .map((role): [string, string] => [`daemon ${role}`, daemonText(word(w, role), seen)]);
  return new Map([
    ["net.ipv4.vs.expire_nodest_conn", "1"],
    ["net.ipv4.vs.expire_quiescent_template", "1"],
    ...pairs("sysctls", "net.ipv4.vs."),
    ...pairs("timeouts", "timeout "),
    ...daemons,
  ]);
}

/** The kernel reports its own name of the interface. */
function daemonText(text: string, seen: HostState): string {
  const [, name = "", rest = ""] = /^mcast=([^,]*)(.*)$/.exec(text) ?? [];
  const link = seen.links.find((l) => l.name === name || l.alternatives.includes(name));
  return `mcast=${link?.name ?? name}${rest}`;
}

/** A machine has one daemon of each role: another owner's is neither changed nor taken over without `adopt`. */
function foreignDaemon(role: string, w: Desired, seen: HostState): string[] {
  const now = daemonsOf(seen).get(role);
  const known = seen.sharedSettings.some(({ key }) => key === `daemon ${role}`);
  return word(w, role) === "" || now === undefined || known
    ? []
    : [
        `a ${role} connection synchronisation daemon (${now}) runs already and was not started by ipvs-lab: stop it there (ipvsadm --stop-daemon ${role}), or set adopt: true to take it over`,
      ];
}
