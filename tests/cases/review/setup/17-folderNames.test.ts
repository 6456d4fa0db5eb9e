import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Sshd } from "../../../../tools/bench/engines/sshd";
import { evaluated } from "../../../support/evaluate";

jest.setTimeout(60_000);

const sshd = new Sshd();
beforeAll(() => sshd.start());
afterAll(() => sshd.end());

test.each(["50%done", "%h and %d", "schön & gut", 'a "quoted" one', "back\\slash"])(
  "review 17: ssh finds its known hosts and its key in a folder called %j",
  async (name) => {
    const folder = join(sshd.folder, name);
    mkdirSync(folder, { recursive: true });
    const [hosts, key] = [join(folder, "known_hosts"), join(folder, "key")];
    writeFileSync(hosts, `[127.0.0.1]:${sshd.port} ${sshd.hostKey}\n`);
    writeFileSync(key, sshd.privateKey, { mode: 0o600 });
    const paths = JSON.stringify([hosts, key]);
    const [known, identity] = (await evaluated(
      "components/ssh/program.ts",
      `${paths}.map(m.pathInOption)`,
    )) as string[];
    const { stdout } = await promisify(execFile)("ssh", [
      ...["-F", "none", "-p", String(sshd.port), "-o", "StrictHostKeyChecking=yes"],
      ...["-o", `UserKnownHostsFile=${known}`, "-o", "IdentityAgent=none"],
      ...["-o", `IdentityFile=${identity}`, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"],
      ...[`${sshd.user}@127.0.0.1`, "echo here"],
    ]);
    expect(stdout).toBe("here\n");
  },
);
