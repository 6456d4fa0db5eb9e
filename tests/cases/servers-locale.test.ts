import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { chmodSync } from "node:fs";
import { spec } from "../../components/kernel";
import { ScriptMachine } from "./scripts";

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
