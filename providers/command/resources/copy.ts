import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import type { SFTPWrapper, Stats } from "ssh2";
import { plain, type Properties } from "../../protocol/wire";
import type { Reporter } from "../display";
import { Failure, unlessStopped } from "../failure";
import { connectionOf } from "../inputs";
import { isAsset } from "../marks";
import type { Pool } from "../ssh/pool";
import { openSftp } from "../ssh/session";

/** Copies a CopyToRemote's source to its machine. @throws Failure. */
export async function copyToRemote(
  pool: Pool,
  inputs: Properties,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const { source, remotePath } = plain(inputs) as { source: Properties; remotePath: string };
  const path = String(source.path);
  const isText = isAsset(source) && source.text !== "";
  const what = isText ? "text asset" : `local file ${path}`;
  const { host } = connectionOf(inputs);
  reporter.say("DEBUG", `Creating file: ${host}:${remotePath} from ${what}`);
  await overSftp(pool, inputs, reporter, signal, async (files) => {
    await (isText
      ? copyText(files, String(source.text), remotePath)
      : copyPath(files, path, remotePath));
  });
}

/** Copies a CopyFile's file to its machine. @throws Failure. */
export async function copyFile(
  pool: Pool,
  inputs: Properties,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const { localPath, remotePath } = plain(inputs) as { localPath: string; remotePath: string };
  const { host } = connectionOf(inputs);
  reporter.say("DEBUG", `Creating file: ${host}:${remotePath} from local file ${localPath}`);
  await (await open(localPath).catch(readable)).close();
  await overSftp(pool, inputs, reporter, signal, (files) =>
    files.write(remotePath, createReadStream(localPath)),
  );
}

async function overSftp(
  pool: Pool,
  inputs: Properties,
  reporter: Reporter,
  signal: AbortSignal,
  work: (files: RemoteFiles) => Promise<void>,
): Promise<void> {
  const taken = await pool.open(connectionOf(inputs), openSftp, reporter, signal);
  const sftp: SFTPWrapper = taken.channel;
  sftp.on("close", taken.release);
  const gone = new Promise<never>((_, reject) => {
    sftp.on("close", () => {
      reject(new Failure("connection lost"));
    });
  });
  gone.catch(() => undefined);
  try {
    await unlessStopped(signal, Promise.race([work(new RemoteFiles(sftp)), gone]));
  } finally {
    sftp.end();
  }
}

async function copyText(files: RemoteFiles, content: string, to: string): Promise<void> {
  if ((await files.stat(to))?.isDirectory()) {
    throw new Failure(
      `remote path ${to} is a directory; when using a text asset, remotePath must be a file path`,
    );
  }
  await files.makeParents(to);
  await files.write(to, [Buffer.from(content)]);
}

/** A folder without a trailing slash is copied with its name; with one, only its contents are copied. */
async function copyPath(files: RemoteFiles, from: string, to: string): Promise<void> {
  const source = await stat(from).catch(readable);
  const target = await files.stat(to);
  if (!source.isDirectory()) {
    const file = target?.isDirectory() ? posix.join(to, basename(from)) : to;
    if (!target) {
      await files.makeParents(file);
    }
    await files.write(file, createReadStream(from));
    return;
  }
  if (!target) {
    await files.makeAll(to);
  }
  await copyFolder(files, from, from.endsWith("/") ? to : posix.join(to, basename(from)));
}

async function copyFolder(files: RemoteFiles, from: string, to: string): Promise<void> {
  const target = await files.stat(to);
  if (target && !target.isDirectory()) {
    throw new Failure(`remote path ${to} exists but is not a directory`);
  }
  if (!target) {
    await files.make(to);
  }
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, place] = [join(from, entry.name), posix.join(to, entry.name)];
    await (entry.isDirectory()
      ? copyFolder(files, source, place)
      : files.write(place, createReadStream(source)));
  }
}

function readable(error: unknown): never {
  const { code, path, message } = error as NodeJS.ErrnoException;
  throw new Failure(code === "ENOENT" ? `open ${path ?? ""}: no such file or directory` : message);
}

/** A machine's files, over SFTP. */
class RemoteFiles {
  constructor(private readonly sftp: SFTPWrapper) {}

  /** Undefined when there is no such file. */
  stat(path: string): Promise<Stats | undefined> {
    return new Promise((resolve, reject) => {
      this.sftp.stat(path, (error, stats) => {
        if (!error) {
          resolve(stats);
        } else if ((error as Error & { code?: number }).code === noSuchFile) {
          resolve(undefined);
        } else {
          reject(new Failure(`failed to stat remote path ${path}: ${reasonOf(error)}`));
        }
      });
    });
  }

  async make(path: string): Promise<void> {
    await this.mkdir(path).catch((error: unknown) => {
      throw new Failure(`failed to create remote directory ${path}: ${reasonOf(error)}`);
    });
  }

  /** Makes a folder with all its parents. */
  async makeAll(path: string): Promise<void> {
    await this.ensure(path).catch((error: unknown) => {
      throw new Failure(`failed to create remote directory ${path}: ${reasonOf(error)}`);
    });
  }

  async makeParents(file: string): Promise<void> {
    await this.ensure(posix.dirname(file)).catch((error: unknown) => {
      throw new Failure(`failed to create parent directories for ${file}: ${reasonOf(error)}`);
    });
  }

  async write(path: string, content: Iterable<Buffer> | NodeJS.ReadableStream): Promise<void> {
    const target = this.sftp.createWriteStream(path);
    await pipeline(content, target).catch((error: unknown) => {
      const { code, syscall, message } = error as NodeJS.ErrnoException;
      if (syscall !== undefined) {
        throw new Failure(`${syscall} ${String(code)}: ${message}`);
      }
      throw new Failure(`failed to create remote file ${path}: ${reasonOf(error)}`);
    });
  }

  private async ensure(path: string): Promise<void> {
    const there = await this.stat(path);
    if (there?.isDirectory()) {
      return;
    }
    if (there) {
      throw new Failure("not a directory");
    }
    await this.ensure(posix.dirname(path));
    await this.mkdir(path);
  }

  private mkdir(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.sftp.mkdir(path, (error) => {
        if (error) {
          reject(error);
        } else {
          resolve();
        }
      });
    });
  }
}

const noSuchFile = 2;

function reasonOf(error: unknown): string {
  const { code, message } = error as Error & { code?: number };
  const words: Partial<Record<number, string>> = {
    [noSuchFile]: "file does not exist",
    3: "permission denied",
  };
  return words[code ?? 0] ?? message;
}
