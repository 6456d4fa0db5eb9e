import { chmodSync } from "node:fs";
import { afterAll, beforeEach, expect, jest, test } from "@jest/globals";
import { spec } from "../../../components/host/kernel";
import { evaluated } from "../../support/evaluate";
import { ScriptMachine } from "../../support/shell/scriptMachine";

jest.setTimeout(60_000);

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

// LANG and LC_* come with SSH (AcceptEnv); LANGUAGE from /etc/default/locale, and sudo keeps it.
test("what is read has no other language, whatever the login's is", () => {
  machine.tool(
    "head",
    `if [ "\${LC_ALL-}" = C.UTF-8 ] && [ -z "\${LANGUAGE-}" ]
then echo "head: error writing 'x': No space left on device" >&2
else echo "head: erreur d'écriture de « x » : Aucun espace disponible sur le périphérique" >&2
fi`,
  );
  machine.file("run/ipvs-lab/address/10.10.10.100:32@eth0", "");
  chmodSync(machine.path("run/ipvs-lab/address/10.10.10.100:32@eth0"), 0o400);
  const french = "LANG=fr_FR.UTF-8 LC_ALL=fr_FR.UTF-8 LANGUAGE=fr_FR:fr";
  const { stderr } = machine.shell(
    `${french} ${machine.program} address apply p/s/n`,
    spec({ address: "10.10.10.100/32", interface: "eth0" }),
  );
  expect(stderr).toMatch(/cannot write .* on machine: its disk is full\n$/);
});

// sudo 1.9.17 of Ubuntu 26.04 calls itself "Version de sudo" in French.
test("a machine is asked for its sudo in English", async () => {
  machine.tool("head", 'exec $T/real/head "$@"');
  machine.tool(
    "sudo",
    "case $LC_ALL in C*) echo Sudo version 1 ;; *) echo Version de sudo 1 ;; esac",
  );
  const question = (await evaluated("cli/sudoers/probe.ts", "m.probeCommand")) as string;
  const { stdout } = machine.shell(`export LC_ALL=fr_FR.UTF-8; ${question}`);
  const found = await evaluated(
    "cli/sudoers/programs.ts",
    `m.parseProbe(${JSON.stringify(stdout)})`,
  );
  expect(found).toMatchObject({ sudo: "sudo", version: "Sudo version 1" });
});
