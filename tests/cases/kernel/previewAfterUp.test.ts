import { parseHostState } from "../../../components/drift/hostState";
import { asRenamed, renamedStack } from "../../../components/host/refresh/state/renamed";
import { State } from "../../../components/host/refresh/state/state";
import { Declared, detectDrift } from "../../../components/kinds/detectDrift";
import { objects } from "../../support/kernel/objects";
import { Done, Sandbox } from "../../support/kernel/sandbox";

/** Each kind really made, and what the machine then prints compared with what is declared. */

const sandbox = new Sandbox();
jest.setTimeout(1_200_000);
beforeAll(() => sandbox.start());
afterAll(() => sandbox.end());

const all = Object.entries(objects).map(
  ([name, { kind, desired }]): Declared & { name: string } => {
    const owner = `p/s/${name}`;
    return {
      ...{ name, kind, owner, desired, adopt: false },
      recorded: { owner, stdin: desired },
    };
  },
);

async function verdicts() {
  const { stdout } = await sandbox.program(["observe"]);
  const seen = parseHostState(stdout);
  // The size of the table of tracked connections is the machine's, and other tests may have set it.
  seen.sharedSettings = seen.sharedSettings.filter(
    ({ key }) => key !== "net.netfilter.nf_conntrack_max",
  );
  return new Map(all.map((object) => [object.name, detectDrift(object, seen, "lb", all)]));
}

test("operations S1, S4: a preview straight after up is empty, for each kind", async () => {
  const before = await verdicts();
  const runs = all.map(({ name, kind, owner, desired }) => {
    const words = ["--generation", before.get(name)?.fingerprint ?? "", kind, "apply", owner];
    return { argv: [...words, ...(objects[name]?.options ?? [])], stdin: desired };
  });
  expect(failed(await sandbox.programs(runs))).toEqual([]);
  for (let times = 0; times < 3; times++) {
    const after = await verdicts();
    for (const { name } of all) {
      const fingerprint = before.get(name)?.fingerprint;
      expect({ name, ...after.get(name) }).toEqual({ name, fingerprint, differences: [] });
    }
  }
});

test("operations 8: what is there follows a renamed project, and goes with it", async () => {
  const { stdout } = await sandbox.program(["observe"]);
  const state: State = new Map(
    all.map(({ name, kind, owner, desired }) => [
      `urn:${name}`,
      { urn: `urn:${name}`, kind, owner, stdin: desired, label: "lb", identity: [] },
    ]),
  );
  const rename = renamedStack(state, "q/t");
  const seen = rename && asRenamed(parseHostState(stdout), rename);
  if (seen) {
    seen.sharedSettings = seen.sharedSettings.filter(
      ({ key }) => key !== "net.netfilter.nf_conntrack_max",
    );
  }
  const table = await there();
  const runs = all.map((object) => {
    const renamed = { ...object, owner: `q/t/${object.name}` };
    const verdict = seen && detectDrift(renamed, seen, "lb", all);
    expect(verdict).toEqual({
      fingerprint: expect.stringMatching(new RegExp(` renamed from ${object.owner}$`)) as string,
      differences: [],
      notes: [`what ${object.owner} has on lb becomes ${renamed.owner}'s`],
    });
    const words = ["--generation", verdict?.fingerprint ?? "", object.kind, "apply", renamed.owner];
    const { owner, desired } = renamed;
    Object.assign(object, { owner, recorded: { owner, stdin: desired } });
    return { argv: [...words, ...(objects[object.name]?.options ?? [])], stdin: desired };
  });
  const done = await sandbox.programs(runs);
  expect(failed(done)).toEqual([]);
  // Nothing is done to what is there.
  for (const { stdout: said } of done) {
    expect(said).not.toMatch(/^\+ ipvsadm -|^\+ ip (-\S+ )?address (add|del)/m);
  }
  expect(await there()).toEqual(table);
  const after = await verdicts();
  for (const { name } of all) {
    expect({ name, differences: after.get(name)?.differences }).toEqual({ name, differences: [] });
  }
  const left = await sandbox.inside(
    "find /run/ipvs-lab /var/lib/ipvs-lab -name '*p:s:*' -not -path '*/renamed/*'",
  );
  expect(left.stdout).toBe("");
  // A run that was cut off leaves the old name in the state.
  const [cut = all[0], ...others] = all.toReversed();
  const removals = [{ ...cut, owner: `p/s/${cut?.name}` }, ...others];
  const removed = removals.map(({ name = "", kind = "", owner, desired = "" }) => ({
    argv: [kind, "remove", owner, ...(objects[name]?.options ?? [])],
    stdin: desired,
  }));
  expect(failed(await sandbox.programs(removed))).toEqual([]);
  const files = await sandbox.inside(
    "find /run/ipvs-lab /var/lib/ipvs-lab -type f -not -name lock -not -name last; ipvsadm -Sn; nft list ruleset",
  );
  expect(files.stdout).toBe("");
});

/** Those that failed; the size of the table of tracked connections is not to be set from a namespace. */
function failed(done: Done[]): Done[] {
  return done.filter(
    ({ status, stderr }) => status !== 0 || !/^(.*nf_conntrack_max.*\n)*$/.test(stderr),
  );
}

/** What the kernel has. */
async function there(): Promise<string> {
  const { stdout } = await sandbox.inside(
    "ipvsadm -Sn; ip -o address | grep -o ' inet.*scope.*'; nft list ruleset; sysctl -a -r 'ipv[46].(ip_forward|vs|conf.tbr|conf.all)'",
  );
  return stdout;
}
