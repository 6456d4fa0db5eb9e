#!/bin/sh
# A tsconfig.json that says `"module": "commonjs"` and nothing about moduleResolution is right for tsc, and ends every
# Pulumi program with a compiler error about moduleResolution, an option that it does not have.
#
# Pulumi's Node.js SDK compiles programs with a copy of ts-node, to which it gives defaults; the project's own
# options are laid over them, each by itself. Since TypeScript 4.7 or later is found in the project, the defaults are a
# pair, module and moduleResolution "nodenext", that TypeScript takes together only. A tsconfig.json that replaces one
# half of the pair leaves the other: TS5110. tsc derives moduleResolution from module where it is not given, and agrees.
# So an upgrade of @pulumi/pulumi breaks a project whose tsc and editor see nothing wrong.
#
# Seen with @pulumi/pulumi 3.276.0, TypeScript 5.9.3 and Node.js 20.20.2:
#   commonjs alone: tsc 0; error TS5110: Option 'module' must be set to 'NodeNext' when option 'moduleResolution' is set to 'NodeNext'.
#   commonjs, node10: tsc 0; loaded
#   nodenext alone: tsc 0; loaded
#
# What helps: name both, or neither.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @pulumi/pulumi@3.276.0 typescript@5.9.3
printf 'name: program\nruntime: nodejs\n' >Pulumi.yaml
printf 'console.log("loaded");\nexport const answer: number = 42;\n' >index.ts

# In place of Pulumi's command line, which only starts the SDK's own runner: what that runner asks, and its log.
cat >engine.cjs <<'PROGRAM'
const { spawn } = require("node:child_process");
const grpc = require("@grpc/grpc-js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb");
const engine = require("@pulumi/pulumi/proto/engine_pb");
const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb");
const resource = require("@pulumi/pulumi/proto/resource_pb");

const server = new grpc.Server();
const answer = (service, answers) =>
  server.addService(
    service,
    Object.fromEntries(
      Object.keys(service).map((name) => [
        name,
        (call, done) =>
          name in answers ? done(null, answers[name](call.request)) : done({ code: grpc.status.UNIMPLEMENTED }),
      ]),
    ),
  );
answer(EngineService, {
  log: (request) => {
    console.log(request.getMessage());
    return new Empty();
  },
  getRootResource: () => new engine.GetRootResourceResponse(),
  setRootResource: () => new engine.SetRootResourceResponse(),
});
answer(ResourceMonitorService, {
  supportsFeature: () => new resource.SupportsFeatureResponse(),
  registerResource: () => new resource.RegisterResourceResponse().setUrn("urn:pulumi:s::p::pulumi:pulumi:Stack::p-s"),
  registerResourceOutputs: () => new Empty(),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => {
  const at = `127.0.0.1:${port}`;
  const runner = require.resolve("@pulumi/pulumi/cmd/run");
  const names = ["--project", "p", "--stack", "s", "--organization", "o", "--pwd", "."];
  const env = { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true" };
  spawn(process.execPath, [runner, ...names, "--monitor", at, "--engine", at, "--dry-run", "index.ts"], {
    stdio: "inherit",
    env,
  }).on("exit", () => server.forceShutdown());
});
PROGRAM

try() {
  printf '{ "compilerOptions": { "strict": true, "target": "es2022", "types": [], %s }, "files": ["index.ts"] }\n' "$2" >tsconfig.json
  status=0
  npx --no-install tsc --noEmit || status=$?
  printf '%s: tsc %s; %s\n' "$1" "$status" "$(node engine.cjs 2>&1 | grep -o -m 1 -e '^loaded$' -e 'error TS.*')"
}
{
  try 'commonjs alone' '"module": "commonjs"'
  try 'commonjs, node10' '"module": "commonjs", "moduleResolution": "node10"'
  try 'nodenext alone' '"module": "nodenext"'
} >seen
cat seen

diff - seen <<'SEEN'
commonjs alone: tsc 0; error TS5110: Option 'module' must be set to 'NodeNext' when option 'moduleResolution' is set to 'NodeNext'.
commonjs, node10: tsc 0; loaded
nodenext alone: tsc 0; loaded
SEEN
