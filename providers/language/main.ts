import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { version } from "@pulumi/pulumi/version";
import { Children } from "./children";
import { LanguageHost } from "./host";
import { unlimited } from "./limits";
import { parseFlags } from "./options";

const flags = parseFlags(process.argv.slice(2));
if (flags.version) {
  console.log(version);
  process.exit();
}

const children = new Children();
const server = new Server(unlimited);
server.addService(
  LanguageRuntimeService,
  new LanguageHost(children, flags.engine, flags.tracing).service(),
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(`pulumi-language-nodejs: ${error.message}`);
    process.exit(1);
  }
  console.log(port);
});

// The engine ends a plugin with these signals. Programs that the plugin started must end too.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, leave);
}

// A killed engine cannot ask this process to stop.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) {
    leave();
  }
}, 1_000).unref();

function leave(): void {
  void children.stop().then(() => process.exit());
}
