import { execa } from "execa";
import { sshArguments, type Machines } from "../../../lab/ssh.js";
import { playAll, type Play } from "../ansible.js";
import { cleanUp, workshop, type Part } from "./script.js";

/** A way to configure the lab's machines, which run already. */
export interface Baseline {
  name: string;
  /** Does everything up to the proof. Returns its output, which has the answers. */
  up(): Promise<string>;
  down(): Promise<unknown>;
}

/** The workshop's commands, pasted: the lines of a part go into one SSH session. */
export function script(stack: string, machines: Machines): Baseline {
  const paste = async (parts: Part[]) => {
    const printed = [];
    for (const { machine, lines } of parts) {
      const input = lines.map((line) => `sudo ${line}\n`).join("");
      const { stdout } = await execa(
        "ssh",
        [...sshArguments(stack, machines, machine), "sh -e -s"],
        { input },
      );
      printed.push(stdout);
    }
    return printed.join("\n");
  };
  return {
    name: "the script by hand",
    up: () => paste(workshop),
    down: () => paste(cleanUp),
  };
}

/** The same lines as tasks: with Ansible's shell module, which sends a Python program each time, or its raw module. */
export function ansible(
  module: "shell" | "raw",
  stack: string,
  machines: Machines,
  folder: string,
): Baseline {
  const play = (parts: Part[]) =>
    playAll(
      parts.map((part) => playOf(module, part)),
      inventoryOf(stack, machines),
      folder,
    );
  return {
    name: `Ansible, ${module} tasks`,
    up: () => play(workshop),
    down: () => play(cleanUp),
  };
}

function playOf(module: string, { machine, lines }: Part): Play {
  const tasks = lines.map((line) => ({ name: line, [`ansible.builtin.${module}`]: line }));
  return { hosts: machine, tasks };
}

function inventoryOf(stack: string, machines: Machines) {
  return Object.fromEntries(
    Object.entries(machines).map(([name, { host, port, user, identityFile }]) => {
      // The options without port, key and host, for which Ansible has variables.
      const options = sshArguments(stack, machines, name)
        .slice(2, -1)
        .filter((word, i, all) => word !== "-i" && all[i - 1] !== "-i")
        .join(" ");
      return [
        name,
        {
          ansible_host: host,
          ansible_port: port,
          ansible_user: user,
          ansible_ssh_private_key_file: identityFile,
          ansible_ssh_common_args: options,
        },
      ];
    }),
  );
}

/** This project, as after `npm run destroy -- --keep-machines`. */
export function thisProject(stack: string, root: string): Baseline {
  return {
    name: "pulumi up",
    up: async () => {
      const options = ["--yes", "--skip-preview", "--non-interactive", "--stack", stack];
      await execa("pulumi", ["up", ...options], { cwd: root });
      const { stdout } = await execa("pulumi", ["stack", "output", "answers", "--stack", stack], {
        cwd: root,
      });
      return stdout;
    },
    down: () =>
      execa("npm", ["run", "-s", "destroy", "--", "--keep-machines", "--stack", stack], {
        cwd: root,
      }),
  };
}
