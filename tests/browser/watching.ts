import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launch } from "../../tools/bench/page/chromium";
import type { ReceivedRequest } from "../../tools/bench/page/recording.js";
import type { Message, Topology } from "../../watch/protocol.js";
import type { Heard, Told } from "./server/serve.js";

export const root = join(__dirname, "../..");
const screenshots = join(root, "artifacts/screenshots");

/** The server with a recorded lab. */
export class Lab {
  /** The orders that it was given. */
  readonly given: ReceivedRequest[] = [];
  address = "";
  /** A file that opens the page once. */
  file = "";
  private child: ChildProcess | undefined;

  /** Starts it, or starts it anew, with nothing that was before. */
  async start(topology: Topology): Promise<void> {
    this.given.length = 0;
    this.child ??= this.begin();
    this.address = (await this.tell({ start: topology })) ?? "";
  }

  private begin(): ChildProcess {
    const child = fork(join(__dirname, "server/serve.ts"), {
      cwd: root,
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.on("message", (heard: Heard) => {
      if ("given" in heard) {
        this.given.push(heard.given);
      }
    });
    return child;
  }

  /** Where the page is, without what opens it. */
  get origin(): string {
    return new URL(this.address).origin;
  }

  say(...messages: Message[]): Promise<unknown> {
    return this.tell({ say: messages });
  }

  refuse(why: string | null): Promise<unknown> {
    return this.tell({ refuse: why });
  }

  /**
   * Waits for a request.
   * @param count So many of that name; the last of them is returned.
   */
  async hears(name: ReceivedRequest["name"], count = 1): Promise<ReceivedRequest> {
    for (;;) {
      const given = this.given.filter((one) => one.name === name)[count - 1];
      if (given) {
        return given;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends all connections, and answers none. */
  hang(): Promise<unknown> {
    return this.tell({ hang: true });
  }

  answer(): Promise<unknown> {
    return this.tell({ answer: true });
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child?.connected) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
    }
  }

  private tell(told: Told): Promise<string | undefined> {
    const { child } = this;
    if (!child) {
      throw new Error("the server was not started");
    }
    return new Promise((resolve, reject) => {
      const ended = () => {
        reject(new Error("the server has ended"));
      };
      const hear = (heard: Heard) => {
        if ("done" in heard) {
          child.off("message", hear).off("exit", ended);
          this.file = heard.file ?? this.file;
          resolve(heard.address);
        }
      };
      child.on("message", hear).once("exit", ended);
      child.send(told);
    });
  }
}

/** A server and a browser for all tests of a file; the pages that a test opens are closed after it. */
export function forAllTests(...flags: string[]) {
  const lab = new Lab();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(...flags);
  });
  afterAll(async () => {
    await browser.close();
    await lab.stop();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  return {
    lab,
    open: (options?: BrowserContextOptions) => open(browser, lab, options),
    /** A visitor who has not been here before. */
    visit: (options?: BrowserContextOptions) => browser.newContext(options),
  };
}

/** A wall, in English and light, unless something else is wanted. */
export async function open(
  browser: Browser,
  lab: Lab,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1440, height: 1000 }, locale: "en-GB", colorScheme: "light" },
    ...options,
  });
  const page = await context.newPage();
  await page.goto(lab.address);
  await isListening(page);
  return page;
}

/** Waits until a page has heard of the lab: answers that come before are lost to it. */
export function isListening(page: Page): Promise<void> {
  return page.locator("main.board").waitFor();
}

/** The times and words of the newest story of the timeline, its cause first. */
export function story(page: Page): Promise<[time: string, words: string][]> {
  const rows = page.locator(".story").first().locator(".cause, ol > li");
  return rows.evaluateAll((all) =>
    all.map((row): [string, string] => {
      const text = (of: string) => row.querySelector(of)?.textContent ?? "";
      return [
        text("time").replaceAll("\u00a0", " "),
        text("strong, span").replaceAll("\u00a0", " "),
      ];
    }),
  );
}

/** A picture for a person to look at: of the whole page, or of what a screen shows of it. */
export async function picture(page: Page, name: string, isWhole = true): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: isWhole });
}
