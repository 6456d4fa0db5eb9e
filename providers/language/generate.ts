import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  GeneratePackageResponse,
  type GeneratePackageRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { endingInWords, type Children } from "./children";

/** Pulumi's own generator, which set-up builds from Go modules beside this host (setup/go). */
const program = "pulumi-sdk-nodejs";

/**
 * Makes an SDK for Node.js from a schema, in the directory that the request names.
 * @throws Error with a text for the user when the generator is missing or fails.
 */
export async function generatePackage(
  children: Children,
  request: GeneratePackageRequest,
  folder = dirname(process.argv[1] ?? ""),
): Promise<GeneratePackageResponse> {
  const file = join(folder, program);
  if (!existsSync(file)) {
    throw new Error(
      `An SDK cannot be made: there is no ${file}. \`npm run setup\` in ipvs-lab builds it with Go.`,
    );
  }
  const answer: Buffer[] = [];
  const said: Buffer[] = [];
  const ending = await children.start(file, [], {
    input: request.serializeBinary(),
    onStdout: (data) => answer.push(data),
    onStderr: (data) => said.push(data),
  }).ended;
  if (ending.code !== 0) {
    const why = Buffer.concat(said).toString().trim();
    throw new Error(why || `${program} ended with ${endingInWords(ending)}`);
  }
  return GeneratePackageResponse.deserializeBinary(Buffer.concat(answer));
}
