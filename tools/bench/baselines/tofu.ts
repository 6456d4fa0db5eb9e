import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cache } from "../../../lab/paths.js";
import type { Login } from "../../../setup/kernelMachine.js";
import { keyOf, type Member, type Service, type Table } from "../work.js";
import type { Baseline } from "./baseline.js";

/** OpenTofu with a remote-exec for each object. It needs no provider besides its built-in one. */
export function tofu(target: Login, build: () => Promise<string>, folder: string): Baseline {
  let program = "";
  const apply = async (table: Table, ...options: string[]) => {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration(target, table)));
    await execa(program, ["init", "-input=false"], { cwd: folder });
    await execa(program, ["apply", "-auto-approve", "-input=false", ...options], { cwd: folder });
    return undefined;
  };
  return {
    name: "OpenTofu, remote-exec each",
    maxMembers: 30,
    prepare: async () => {
      program = await build();
    },
    create: (table) => apply(table),
    change: (table) => apply(table),
    again: (table) => apply(table),
    destroy: (table) => apply(table, "-destroy"),
  };
}

function configuration(target: Login, table: Table) {
  const services = table.map((service): Entry => [
    keyOf(service),
    objectOf(target, serviceLines(service)),
  ]);
  const members = table.flatMap((service) =>
    service.members.map((member): Entry => [
      `${keyOf(service)} ${member.address}:${member.port}`,
      objectOf(target, memberLines(service, member)),
    ]),
  );
  return {
    resource: {
      terraform_data: {
        service: resource(Object.fromEntries(services)),
        member: {
          ...resource(Object.fromEntries(members)),
          depends_on: ["terraform_data.service"],
        },
      },
    },
  };
}

type Entry = [string, object];

interface Lines {
  add: string;
  remove: string;
}

const serviceLines = (service: Service): Lines => ({
  add: `-A ${keyOf(service)} -s rr`,
  remove: `-D ${keyOf(service)}`,
});

function memberLines(service: Service, { address, port, weight }: Member): Lines {
  const key = `${keyOf(service)} -r ${address}:${port}`;
  return { add: `-a ${key} -m -w ${weight}`, remove: `-d ${key}` };
}

function objectOf({ host, port, user, identityFile }: Login, { add, remove }: Lines) {
  return { host, port, user, key: identityFile, add, remove };
}

/** A destroy-time provisioner may refer only to its own resource. */
function resource(objects: object) {
  const from = "${self.input";
  return {
    for_each: objects,
    input: "${each.value}",
    triggers_replace: "${each.value.add}",
    connection: {
      host: `${from}.host}`,
      port: `${from}.port}`,
      user: `${from}.user}`,
      private_key: "${file(self.input.key)}",
    },
    provisioner: [
      { "remote-exec": { inline: [`sudo -n ipvsadm ${from}.add}`] } },
      { "remote-exec": { when: "destroy", inline: [`sudo -n ipvsadm ${from}.remove}`] } },
    ],
  };
}

const version = "1.12.6";
// These replace directives are in OpenTofu's go.mod too, but Go ignores those of dependencies.
const module = `module tofu

go 1.26

require github.com/opentofu/opentofu v${version}

replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828
`;

/** Builds OpenTofu from Go modules, once, in about three minutes. Returns the program's path. */
export async function buildTofu(): Promise<string> {
  const folder = join(cache, "tofu", version);
  const program = join(folder, "tofu");
  if (!existsSync(program)) {
    console.error(`• OpenTofu ${version}, from its sources: some minutes …`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "go.mod"), module);
    const main = "github.com/opentofu/opentofu/cmd/tofu";
    await execa("go", ["build", "-mod=mod", "-o", program, main], { cwd: folder });
  }
  return program;
}
