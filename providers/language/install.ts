import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  AboutResponse,
  InstallDependenciesResponse,
  type InstallDependenciesRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { endingInWords, type Children, type Running } from "./children";
import { runtimeOptions } from "./options";

/** `pulumi install`: lets npm install what package.json wants, and shows what it says. */
export async function installDependencies(
  children: Children,
  call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): Promise<void> {
  const info = call.request.getInfo();
  // For its errors: another package manager is not known here.
  runtimeOptions(info);
  const say = (text: string) => {
    call.write(new InstallDependenciesResponse().setStdout(Buffer.from(text)));
  };
  say("npm install ...\n");
  const npm = children.start("npm", ["install", "--loglevel=error"], {
    cwd: info?.getProgramDirectory(),
    onStdout: (data) => call.write(new InstallDependenciesResponse().setStdout(data)),
    onStderr: (data) => call.write(new InstallDependenciesResponse().setStderr(data)),
  });
  call.once("cancelled", () => void npm.stop());
  const ending = await npm.ended;
  if (ending.code !== 0) {
    throw new Error(`npm install ended with ${endingInWords(ending)}`);
  }
}

/** `pulumi about`: which Node.js and npm these are. */
export async function about(children: Children): Promise<AboutResponse> {
  const response = new AboutResponse().setExecutable(process.execPath).setVersion(process.version);
  response.getMetadataMap().set("packagemanager", "npm");
  let version = "";
  const collect: Running = {
    onStdout: (data) => (version += data.toString()),
    onStderr: () => undefined,
  };
  // It is no error to have no npm.
  await children.start("npm", ["--version"], collect).ended.catch(() => undefined);
  response.getMetadataMap().set("packagemanagerVersion", version.trim());
  return response;
}
