/** The real server with a recording for a lab, in a process of its own: the tests are CommonJS. */
import type { AddressInfo } from "node:net";
import { Recording, type ReceivedRequest } from "../../../tools/bench/page/recording.js";
import { buildPage } from "../../../watch/page/build.js";
import type { Message, Topology } from "../../../watch/protocol.js";
import { listen, watchApp } from "../../../watch/server/app.js";
import { newToken } from "../../../watch/server/auth.js";
import { redirectFile, type RedirectFile } from "../../../watch/server/redirectFile.js";

/** What a test tells the server, one at a time; each is answered with "done". */
export type Told =
  | { start: Topology }
  | { say: Message[] }
  | { refuse: string | null }
  | { hang: true }
  | { answer: true };

/** What the server tells the test. */
export type Heard = { done: true; address?: string; file?: string } | { given: ReceivedRequest };

const token = newToken();
const assets = buildPage();
const tell = (heard: Heard) => process.send?.(heard);
let recording: Recording | undefined;
let app: ReturnType<typeof watchApp> | undefined;
let file: RedirectFile | undefined;
let port = 0;

async function follow(told: Told): Promise<string | undefined> {
  if ("start" in told) {
    await app?.close();
    recording = new Recording(told.start, (given) => tell({ given }));
    file?.remove();
    const oneTimeToken = newToken();
    const onOneTimeTokenUsed = () => file?.remove();
    app = watchApp({
      source: recording,
      token,
      oneTimeToken,
      onOneTimeTokenUsed,
      assets: await assets,
    });
    const address = await listen(app, 0, token);
    file = redirectFile(address.replace(token, oneTimeToken));
    ({ port } = app.server.address() as AddressInfo);
    return address;
  }
  if ("say" in told) {
    told.say.forEach((message) => recording?.say(message));
  } else if ("refuse" in told) {
    if (recording) {
      recording.refusal = told.refuse ?? undefined;
    }
  } else if ("hang" in told) {
    app?.server.close();
    app?.server.closeAllConnections();
  } else {
    await new Promise<void>((resolve) => app?.server.listen(port, "127.0.0.1", resolve));
  }
  return undefined;
}

process.on("message", (told: Told) => {
  void follow(told).then((address) =>
    tell({ done: true, ...(address !== undefined && { address, file: file?.path ?? "" }) }),
  );
});
process.on("disconnect", () => {
  file?.remove();
  process.exit();
});
