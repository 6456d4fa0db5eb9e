import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../../tools/bench/engines/plugin";
import { checked, copy, local, type Questions, type World } from "./questionContext";
import { archive, asset, secret } from "./values";

const here = (inputs: Properties) => (world: World) =>
  world.plugin.create(local, { dir: world.folder, ...inputs });

const send =
  (source: (world: World) => Properties, target = "target") =>
  async (world: World) => {
    const { plugin, sshd, folder } = world;
    const remotePath = target.startsWith("/") ? target : join(folder, target);
    const inputs = { connection: sshd.login, source: source(world), remotePath };
    return plugin.create(copy, (await plugin.check(copy, inputs)).inputs);
  };

/** What is not about commands on a machine: commands on this computer, and copies. */
export const localQuestions: Questions = {
  "a local command": here({
    create: "pwd; cat; echo $A; sleep 0.3; echo e >&2",
    stdin: "in\n",
    environment: { A: "1" },
  }),
  "a local command that fails": here({ create: "echo out; exit 3" }),
  "a local command that a signal ends": here({ create: "kill -9 $$" }),
  "a local command in a folder that is not there": here({ create: "true", dir: "/nowhere" }),
  "a local command with an interpreter": here({ create: "a b", interpreter: ["/bin/echo", "-n"] }),
  "a local command with an interpreter that is not there": here({
    create: "true",
    interpreter: ["/nowhere/sh", "-c"],
  }),
  "a local command with an interpreter that is not on PATH": here({
    create: "true",
    interpreter: ["no-such-shell"],
  }),
  "a local command with assets": here({
    create: "mkdir -p sub/deep; echo 1 >a.txt; echo 22 >sub/b.txt; echo 3 >sub/deep/c.js; : >no.md",
    assetPaths: ["**.txt", "sub/**.{js,md}", "!sub/?.txt"],
    archivePaths: ["**"],
  }),
  "a local update and delete": async (world) => {
    const { plugin, folder } = world;
    const inputs = { dir: folder, update: "echo $PULUMI_COMMAND_STDOUT", delete: "echo gone >it" };
    const updated = await plugin.update(local, { ...inputs, stdout: "o", stderr: "" }, inputs);
    const deleted = await plugin.delete(local, { ...inputs, stdout: "o", stderr: "" });
    return { updated, deleted, left: world.read("it") };
  },
  "the function run": ({ plugin }) =>
    plugin.invoke("command:local:run", { command: secret("echo hi; cat"), stdin: "x" }),
  "the function run with a command that fails": ({ plugin }) =>
    plugin.invoke("command:local:run", { command: "echo out; exit 2" }),
  "the function run with wrong arguments": ({ plugin }) =>
    plugin.invoke("command:local:run", { command: 3, bogus: 1 }),
  "an unknown function": ({ plugin }) => plugin.invoke("command:local:nothing", {}),

  "a text to a new folder": async (world) => {
    const made = await send(() => asset({ text: "hello", hash: "h" }), "new/folder/file")(world);
    return { made, left: world.read("new/folder/file") };
  },
  "a text to a folder": send(() => asset({ text: "hello", hash: "h" }), "/tmp"),
  "a text to where nothing can be": send(
    () => asset({ text: "hello", hash: "h" }),
    "/proc/no/file",
  ),
  "a file that is not there": send(() => asset({ path: "/nowhere/file", hash: "h" })),
  "a file into a folder": async (world) => {
    mkdirSync(join(world.folder, "target"));
    world.write("file", "content");
    await send(() => asset({ path: join(world.folder, "file"), hash: "h" }))(world);
    return world.read("target/file");
  },
  "a file over a file": async (world) => {
    world.write("target", "a much longer content");
    world.write("file", "content");
    await send(() => asset({ path: join(world.folder, "file"), hash: "h" }))(world);
    return world.read("target");
  },
  "a folder": async (world) => {
    mkdirSync(join(world.folder, "source/deep"), { recursive: true });
    world.write("source/deep/file", "content");
    const made = await send(() => archive({ path: join(world.folder, "source"), hash: "h" }))(
      world,
    );
    return { made, left: world.read("target/source/deep/file") };
  },
  "a folder's content": async (world) => {
    mkdirSync(join(world.folder, "source/deep"), { recursive: true });
    world.write("source/deep/file", "content");
    await send(() => archive({ path: `${join(world.folder, "source")}/`, hash: "h" }))(world);
    return world.read("target/deep/file");
  },
  "a folder over a file": async (world) => {
    mkdirSync(join(world.folder, "source"));
    world.write("target", "content");
    return send(() => archive({ path: `${join(world.folder, "source")}/`, hash: "h" }))(world);
  },
  "an update of a copy": async (world) => {
    const { connection } = await checked(world, {});
    const remotePath = join(world.folder, "file");
    const old = { connection, remotePath, source: asset({ text: "a", hash: "a" }) };
    const now = { ...old, source: asset({ text: "b", hash: "b" }) };
    return { made: await world.plugin.update(copy, old, now), left: world.read("file") };
  },
  "a file, the old way": async (world) => {
    const { connection } = await checked(world, {});
    world.write("file", "content");
    const [localPath, remotePath] = [join(world.folder, "file"), join(world.folder, "other")];
    const inputs = { connection, localPath, remotePath };
    const made = await world.plugin.create("command:remote:CopyFile", inputs);
    return { made, left: world.read("other") };
  },
};
