import type { Login } from "../../../setup/kernelMachine.js";
import { playAll, type Play } from "../ansible.js";
import { additions, edition, removals } from "../work.js";
import type { Baseline } from "./baseline.js";

/**
 * A playbook that loops over the same commands: with Ansible's command module, which sends a Python program each time,
 * or with its raw module over a kept connection.
 */
export function ansible(target: Login, module: "command" | "raw", folder: string): Baseline {
  const play = async (lines: string[]) => {
    await playAll([playOf(module, lines)], { director: inventoryOf(target) }, folder);
    return undefined;
  };
  return {
    name: `Ansible, ${module} in a loop`,
    maxMembers: module === "raw" ? 300 : 30,
    create: (table) => play(additions(table)),
    change: (_, service, member) => play([edition(service, member)]),
    destroy: (table) => play(removals(table)),
  };
}

function playOf(module: string, lines: string[]): Play {
  const task = {
    name: "ipvsadm",
    [`ansible.builtin.${module}`]: "ipvsadm {{ item }}",
    loop: lines,
  };
  return { hosts: "director", tasks: [task] };
}

function inventoryOf(target: Login) {
  return {
    ansible_host: target.host,
    ansible_port: target.port,
    ansible_user: target.user,
    ansible_ssh_private_key_file: target.identityFile,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${target.knownHosts} -o IdentitiesOnly=yes`,
  };
}
