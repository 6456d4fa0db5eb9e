import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  AboutResponse,
  InstallDependenciesResponse,
  type InstallDependenciesRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { endingInWords, type Children, type Running } from "./children";
import { runtimeOptions } from "./options";

/** `pulumi install`: runs npm for package.json, and shows its output. */
export async function installDependencies(
  children: Children,
  call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): Promise<void> {
  const info = call.request.getInfo();
  // Checks the options: another package manager is not supported.
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

/** `pulumi about`: the versions of Node.js and npm. */
export async function about(children: Children): Promise<AboutResponse> {
  const response = new AboutResponse().setExecutable(process.execPath).setVersion(process.version);
  response.getMetadataMap().set("packagemanager", "npm");
  let version = "";
  const collect: Running = {
    onStdout: (data) => (version += data.toString()),
    onStderr: () => undefined,
  };
  // A missing npm is no error.
  await children.start("npm", ["--version"], collect).ended.catch(() => undefined);
  response.getMetadataMap().set("packagemanagerVersion", version.trim());
  return response;
}
