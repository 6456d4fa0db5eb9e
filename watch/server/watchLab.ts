import { buildPage } from "../page/build.js";
import { listen, watchApp } from "./app.js";
import { newToken } from "./auth.js";
import { LabSource } from "./lab/source.js";
import { redirectFile, type RedirectFile } from "./redirectFile.js";

/** The running server of a lab's page. */
export interface WatchServer {
  /** The address, for the user who started it. */
  url: string;
  /** A file, readable by this user alone, that opens the page once. It is removed then, and by `close`. */
  file(): string;
  /** Ends the server, and everything that it has started on the machines. */
  close(): Promise<void>;
}

/**
 * Serves the page of a lab that is up.
 * @param port The port on 127.0.0.1; 0 for any free one.
 * @param warn Called with a sentence for each problem while it runs.
 * @throws Error when the lab is not up, or the port is taken.
 */
export async function watchLab(
  stack: string,
  port: number,
  warn: (what: string) => void,
): Promise<WatchServer> {
  const assets = await buildPage();
  const source = await LabSource.open(stack, warn);
  const [token, oneTimeToken] = [newToken(), newToken()];
  let file: RedirectFile | undefined;
  const remove = () => file?.remove();
  const app = watchApp({ source, token, oneTimeToken, onOneTimeTokenUsed: remove, assets });
  try {
    const url = await listen(app, port, token);
    return {
      url,
      file: () => (file ??= redirectFile(url.replace(token, oneTimeToken))).path,
      close: async () => {
        remove();
        await app.close();
        await source.close();
      },
    };
  } catch (error) {
    await source.close();
    throw portError(error, port);
  }
}

function portError(error: unknown, port: number): unknown {
  return (error as NodeJS.ErrnoException).code === "EADDRINUSE"
    ? new Error(`--port: another program has ${port}; choose another, or leave it out`)
    : error;
}
