import { chmodSync, copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spec } from "../../../components/host/kernel";
import { Outcome } from "./fakeMachine";
import { IpvsMachine } from "./ipvsMachine";

const kinds = join(__dirname, "../../../components/kinds");
export const instance = "k1";
export const files = `/etc/keepalived/ipvs-lab.d/${instance}`;

/**
 * A machine whose keepalived does to the kernel what the real one does with another configuration: it makes, changes
 * and removes what differs from the one before, and knows nothing else. Members without a checker count as alive.
 */
export class KeepalivedMachine extends IpvsMachine {
  constructor() {
    super();
    const tool = join(this.folder, "bin/systemctl");
    rmSync(tool);
    for (const [from, name] of [
      [join(kinds, "keepalivedtable/blocks.awk"), "blocks.awk"],
      [join(__dirname, "fakeKeepalived.awk"), "fakeKeepalived.awk"],
    ] as const) {
      copyFileSync(from, join(this.folder, name));
      chmodSync(join(this.folder, name), 0o644);
    }
    writeFileSync(tool, systemctl(this.folder), { mode: 0o755 });
  }

  /** Makes keepalived itself, which every table and service of it needs. */
  begin(): void {
    this.reset();
    const made = this.run(
      ["--generation", "g", "keepalived", "apply", "ipvs-lab/dev/d-keepalived"],
      spec({ instance, purge: "false" }),
    );
    if (made.status !== 0) {
      throw new Error(made.stderr);
    }
  }

  /** One run for a table or a service of keepalived, in the file NAME.conf. */
  checked(
    kind: "keepalivedtable" | "keepalivedservice",
    verb: "apply" | "remove",
    name: string,
    stdin: string,
    generation = "new",
  ): Outcome {
    const words = ["--generation", generation, kind, verb, `ipvs-lab/dev/${name}`];
    return this.run([...words, instance, name, "0"], stdin);
  }

  /** The lines that keepalived has given to the kernel since this was asked last. */
  written(): string[] {
    const file = this.shell(`cat ${this.folder}/state/written; rm -f ${this.folder}/state/written`);
    return file.stdout.split("\n").filter(Boolean);
  }
}

/** A reload leads from the last configuration to the present one; a keepalived that is killed forgets the last one. */
function systemctl(folder: string): string {
  const [state, real] = [`${folder}/state`, `${folder}/real`];
  return `#!/bin/sh
case "$*" in
  *is-active* | *is-enabled*) exit 0 ;;
  kill*) : >${state}/keepalived; exit 0 ;;
  reload* | start*) ;;
  *) exit 0 ;;
esac
[ -e ${state}/keepalived ] || : >${state}/keepalived
{ echo @before; ${real}/cat ${state}/keepalived; echo @now; for file in ${folder}/root${files}/*.conf; do [ ! -f "$file" ] || ${real}/cat "$file"; done; } |
  NEXT=${state}/next ${real}/awk -f ${folder}/blocks.awk -f ${folder}/fakeKeepalived.awk >${state}/lines
${real}/mv ${state}/next ${state}/keepalived
${real}/cat ${state}/lines >>${state}/written
STATE=${state} ${real}/awk -f ${folder}/fakeIpvsadm.awk -- -R <${state}/lines 2>/dev/null
exit 0
`;
}
