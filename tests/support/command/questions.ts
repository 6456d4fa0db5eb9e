import type { Properties } from "../../../tools/bench/engines/plugin";
import type { Sshd } from "../../../tools/bench/engines/sshd";
import { localQuestions } from "./localQuestions";
import { checked, command, copy, local, type Questions, type World } from "./questionContext";
import { asset, archive, output, secret, unknown } from "./values";

/** A login that gives up soon. */
function soon(sshd: Sshd, other: Properties = {}): Properties {
  const defaults = { dialErrorLimit: 1, perDialTimeout: 5 };
  return { connection: { ...sshd.login, ...defaults, ...other }, create: "true" };
}

const check = (type: string, inputs: (world: World) => Properties) => (world: World) =>
  world.plugin.check(type, inputs(world));

const run = (more: Properties) => async (world: World) =>
  world.plugin.create(command, await checked(world, more));

const dial = (other: (world: World) => Properties) => (world: World) =>
  world.plugin.create(command, soon(world.sshd, other(world)));

const change = (before: Properties, after: Properties) => async (world: World) => {
  const [old, now] = [await checked(world, before), await checked(world, after)];
  return world.plugin.diff(command, { ...old, stdout: "", stderr: "" }, old, now);
};

/** Each asks one engine something; both shall answer the same. */
export const questions: Questions = {
  ...localQuestions,
  "check adds defaults and marks secrets": check(command, ({ sshd }) => ({
    connection: { ...sshd.login, proxy: { host: "bastion", password: "word" } },
    create: secret("echo"),
    stdin: null,
    environment: {},
    triggers: [1, null, { gone: null }, output("a")],
  })),
  "check passes what is not known yet": check(command, () => ({
    connection: { host: unknown, port: unknown },
    create: unknown,
    triggers: [output(undefined)],
  })),
  "check passes a connection that is not known yet": check(command, () => ({
    connection: unknown,
  })),
  "check of a secret that is not known yet": check(command, ({ sshd }) => ({
    connection: sshd.login,
    stdin: output(undefined, true),
  })),
  "check opens outputs": check(command, () => ({ connection: output({ host: "h" }, true) })),
  "check refuses wrong kinds": check(command, () => ({
    connection: { host: "a", port: "22", more: 1 },
    create: 5,
    environment: { A: 1 },
    addPreviousOutputInEnv: "x",
    triggers: "x",
    logging: "loud",
    bogus: 1,
  })),
  "check misses the connection": check(command, () => ({ create: "true" })),
  "check misses the host": check(command, () => ({ connection: {} })),
  "check refuses the engine's own names": check(command, ({ sshd }) => ({
    connection: sshd.login,
    __internal: 1,
  })),
  "check of a local command": check(local, () => ({
    create: "x",
    interpreter: [],
    assetPaths: [1],
  })),
  "check of a copy": check(copy, ({ sshd }) => ({
    connection: sshd.login,
    remotePath: "/x",
    source: asset({ text: "hello", hash: "h" }),
  })),
  "check of a copy of nothing": check(copy, ({ sshd }) => ({
    connection: sshd.login,
    remotePath: "/x",
    source: asset({ uri: "http://x", hash: "h" }),
  })),
  "check of a copy of an archive of assets": check(copy, ({ sshd }) => ({
    connection: sshd.login,
    remotePath: "/x",
    source: archive({ assets: {}, hash: "h" }),
  })),
  "check of an unknown resource": async ({ plugin }) => {
    const asked = plugin.check("command:remote:Nothing", {});
    return asked.catch((error: unknown) => (error as Error).message);
  },

  "a preview of a create": async (world) =>
    world.plugin.create(command, await checked(world, { create: "x", stdin: unknown }), {
      preview: true,
    }),
  "a preview of a local create": ({ plugin }) =>
    plugin.create(local, { create: "x" }, { preview: true }),
  "a preview of a copy": async ({ plugin, sshd }) => {
    const inputs = { connection: sshd.login, source: asset({ text: "a" }), remotePath: "/x" };
    return plugin.create(copy, (await plugin.check(copy, inputs)).inputs, { preview: true });
  },
  "a preview of an update that changes nothing": async (world) => {
    const inputs = await checked(world, { create: "x" });
    const old = { ...inputs, stdout: "out", stderr: "" };
    return world.plugin.update(command, old, inputs, true);
  },
  "a preview of an update": async (world) => {
    const inputs = await checked(world, { create: "x" });
    const old = { ...inputs, stdout: "out", stderr: "" };
    return world.plugin.update(command, old, { ...inputs, create: "y" }, true);
  },

  "a command with output, errors, input and a variable": run({
    // Which of two streams comes first is nobody's to say, unless there is time between.
    create: "cat; echo $GREETING; printf '\\n\\n'; sleep 1; echo oops >&2",
    stdin: "in\n",
    environment: { GREETING: secret("hello") },
  }),
  "a command that logs nothing": run({ create: "echo a; echo b >&2", logging: "none" }),
  "a command that logs its output": run({ create: "echo a; echo b >&2", logging: "stdout" }),
  "a command that logs its errors": run({ create: "echo a; echo b >&2", logging: "stderr" }),
  "no command at all": run({}),
  "an empty command": run({ create: "" }),
  "a command that fails": run({ create: "echo out; exit 7" }),
  "a command that a signal ends": run({ create: "kill -TERM $$" }),
  "a command with signs that are escaped": run({
    create: 'echo "é\u2028\u00ad\\x" \u0001\t; false',
  }),
  "a secret command that fails": run({ create: secret("echo out; exit 1") }),
  "a command that does not exist": run({ create: "no-such-program" }),
  "a command that does not read its input": run({ create: "exit 0", stdin: "x".repeat(300_000) }),
  "a command that leaves a process behind": run({ create: "sleep 1 >/dev/null 2>&1 & echo ok" }),
  "output that is no text": run({ create: "printf '\\377'" }),
  "a variable that the server does not accept": run({ create: "true", environment: { NO: "x" } }),
  "an update runs update, with the earlier output": async (world) => {
    const inputs = await checked(world, {
      create: "false",
      update: 'echo "$PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR"',
    });
    return world.plugin.update(command, { ...inputs, stdout: secret("o"), stderr: "e" }, inputs);
  },
  "an update without update runs create": async (world) => {
    const inputs = await checked(world, {
      create: 'echo "[$PULUMI_COMMAND_STDOUT]"',
      addPreviousOutputInEnv: false,
    });
    return world.plugin.update(command, { ...inputs, stdout: "o", stderr: "" }, inputs);
  },
  "an update without a command keeps the output": async (world) => {
    const inputs = await checked(world, {});
    return world.plugin.update(command, { ...inputs, stdout: "o", stderr: "e" }, inputs);
  },
  "an update that fails": async (world) => {
    const inputs = await checked(world, { update: "echo out; false" });
    return world.plugin.update(command, { ...inputs, stdout: "o", stderr: "e" }, inputs);
  },
  "a delete runs delete": async (world) => {
    const inputs = await checked(world, {
      delete: `echo "$PULUMI_COMMAND_STDOUT" >${world.folder}/it`,
    });
    const answer = await world.plugin.delete(command, { ...inputs, stdout: "o", stderr: "" });
    return { answer, left: world.read("it") };
  },
  "a delete that fails": async (world) => {
    const inputs = await checked(world, { delete: "echo out; exit 3" });
    return world.plugin.delete(command, { ...inputs, stdout: "", stderr: "" });
  },
  "a delete without a command": async (world) =>
    world.plugin.delete(command, { ...(await checked(world, {})), stdout: "", stderr: "" }),
  "a read changes nothing": async (world) => {
    const inputs = await checked(world, { create: "x" });
    return world.plugin.read(command, { ...inputs, stdout: "o", stderr: "e" }, inputs);
  },

  "no difference": change({ create: "a", triggers: [1] }, { create: "a", triggers: [1] }),
  "differences in the inputs": change(
    { create: "a", environment: { A: "1", B: "2" }, stdin: "x" },
    { create: "b", environment: { A: "2", C: "3" }, delete: "y" },
  ),
  "a difference in the connection": change({}, { connection: { host: "other" } }),
  "triggers that appear": change({}, { triggers: [1] }),
  "triggers that go": change({ triggers: [1] }, {}),
  "triggers with other items": change(
    { triggers: [1, { a: [1], "b.c": 1, 'd "e': { f: 1 } }, "x", {}, 7] },
    { triggers: [2, { a: [2], "b.c": 2, 'd "e': { f: 2 } }, 5, [], 7, 8] },
  ),
  "triggers that are not known yet": change({ triggers: [1] }, { triggers: unknown }),
  "a value that becomes a secret": change({ stdin: "x" }, { stdin: secret("x") }),
  "a secret that changes": change({ stdin: secret("x") }, { stdin: secret("y") }),
  "an output with the same value": change({ stdin: "x" }, { stdin: output("x") }),
  "ignored changes": async (world) => {
    const old = await checked(world, { create: "a", triggers: [1] });
    const now = { ...old, create: "b", triggers: [2] };
    return world.plugin.diff(command, { ...old, stdout: "", stderr: "" }, old, now, ["create"]);
  },
  "a copy to another place": async (world) => {
    const { connection } = await checked(world, {});
    const old = { connection, source: asset({ text: "a", hash: "a" }), remotePath: "/x" };
    const now = { ...old, source: asset({ text: "b", hash: "b" }), remotePath: "/y" };
    return world.plugin.diff(copy, old, old, now);
  },
  "a file to another place": async (world) => {
    const { connection } = await checked(world, {});
    const old = { connection, localPath: "/x", remotePath: "/x", triggers: [1] };
    return world.plugin.diff("command:remote:CopyFile", old, old, { ...old, triggers: [2] });
  },

  "nobody listens": dial(() => ({ port: 1 })),
  "nobody listens, and one attempt is enough": dial(() => ({ port: 1, dialErrorLimit: 0 })),
  "a host that does not exist": dial(() => ({ host: "no-such-host.invalid" })),
  "another host key": dial(({ sshd }) => ({ hostKey: sshd.otherHostKey })),
  "a host key that is none": dial(() => ({ hostKey: "nonsense" })),
  "a host key with a comment": dial(({ sshd }) => ({ hostKey: `${sshd.hostKey} root@machine` })),
  "a key that is none": dial(() => ({ privateKey: "nonsense" })),
  "a key that the server does not know": dial(({ sshd }) => ({
    privateKey: sshd.makeKey("other"),
  })),
  "a key without its passphrase": dial(({ sshd }) => ({ privateKey: sshd.makeKey("a", "pass") })),
  "a key with a wrong passphrase": dial(({ sshd }) => ({
    privateKey: sshd.makeKey("b", "pass"),
    privateKeyPassword: "wrong",
  })),
  "a passphrase for a key that has none": dial(() => ({ privateKeyPassword: "wrong" })),
  "no key at all": dial(() => ({ privateKey: null })),
  "an agent that is not there": dial(() => ({ agentSocketPath: "/nowhere" })),
  "a timeout while dialling": ({ plugin, sshd }) =>
    plugin
      .create(command, soon(sshd, { port: 1, dialErrorLimit: -1 }), { timeout: 1 })
      .then((answer) => {
        // How many attempts there were is a matter of time.
        plugin.log.splice(1);
        return answer;
      }),
  "a timeout while a command runs": async (world) =>
    world.plugin.create(command, await checked(world, { create: "sleep 3" }), { timeout: 1 }),
};
