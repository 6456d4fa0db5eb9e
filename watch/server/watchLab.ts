import { buildPage } from "../page/build.js";
import { listen, watchApp } from "./app.js";
import { newToken } from "./door.js";
import { LabSource } from "./lab/source.js";
import { redirectFile, type RedirectFile } from "./redirectFile.js";

/** The running server of a lab's page. */
export interface Watching {
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
): Promise<Watching> {
  const assets = await buildPage();
  const source = await LabSource.open(stack, warn);
  const [token, once] = [newToken(), newToken()];
  let file: RedirectFile | undefined;
  const remove = () => file?.remove();
  const app = watchApp({ source, token, once, used: remove, assets });
  try {
    const url = await listen(app, port, token);
    return {
      url,
      file: () => (file ??= redirectFile(url.replace(token, once))).path,
      close: async () => {
        remove();
        await app.close();
        await source.close();
      },
    };
  } catch (error) {
    await source.close();
    throw taken(error, port);
  }
}

function taken(error: unknown, port: number): unknown {
  return (error as NodeJS.ErrnoException).code === "EADDRINUSE"
    ? new Error(`--port: another program has ${port}; choose another, or leave it out`)
    : error;
}
