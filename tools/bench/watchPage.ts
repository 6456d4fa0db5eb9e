import type { Page } from "playwright-core";
import { buildPage } from "../../watch/page/build.js";
import { listen, watchApp } from "../../watch/server/app.js";
import { newToken } from "../../watch/server/auth.js";
import { launch } from "./page/chromium.js";
import { Recording } from "./page/recording.js";
import { answered, startTime, manyMembers, loadRequest, sampleAt, up } from "./page/workshop.js";

/** The load that a page shows while its frames are counted. */
export interface PageWork {
  members: number;
  /** Answers a second from each address. */
  rate: number;
  /** The time for which frames are counted, s. */
  seconds: number;
}

export interface PageFigures {
  page: string;
  /** Frames a second, and those of the worst whole second. */
  frames: number;
  worst: number;
  /** The longest time between two frames, ms. */
  longest: number;
  /** Answers shown a second from each address, and elements of the page. */
  answers: number;
  elements: number;
}

/** The time between two messages with answers, ms. */
const step = 50;

/** Counts the frames of an empty page and of the watching page, in the same browser. */
export async function benchPage(work: PageWork): Promise<PageFigures[]> {
  const recording = new Recording(manyMembers(work.members));
  const token = newToken();
  const app = watchApp({ source: recording, token, assets: await buildPage() });
  const browser = await launch();
  const stop = flow(recording, work);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    const empty = await count(page, "an empty page", work.seconds);
    await page.goto(await listen(app, 0, token));
    await page.getByRole("main").waitFor();
    // The first seconds go to starting.
    await page.waitForTimeout(3000);
    return [empty, await count(page, "the watching page", work.seconds)];
  } finally {
    stop();
    await browser.close();
    await app.close();
  }
}

/** Sends answers in turns and a sample a second, as a lab would. @returns A function that ends it. */
function flow(recording: Recording, { members, rate }: PageWork): () => void {
  recording.say({ type: "load", load: { ...loadRequest, rate } });
  const start = Date.now();
  let [sent, seconds] = [0, -1];
  const timer = setInterval(() => {
    const passed = Date.now() - start;
    const due = Math.floor((passed * rate) / 1000);
    const numbers = Array.from({ length: due - sent }, (_, index) => sent + index);
    const at = (start + passed - startTime) / 1000;
    const who = numbers.map((number) => number % members);
    recording.say(answered(at, "balanced", sent, who));
    recording.say(answered(at, "redirected", sent, who.fill(0)));
    sent = due;
    if (Math.floor(at) > seconds) {
      seconds = Math.floor(at);
      recording.say(
        sampleAt(
          at,
          Array.from({ length: members }, () => ({ ...up, connections: rate / members })),
        ),
      );
    }
  }, step);
  return () => {
    clearInterval(timer);
  };
}

async function count(page: Page, name: string, seconds: number): Promise<PageFigures> {
  // The code is a string because it uses the page's DOM, for which this program has no types.
  const figures = await page.evaluate<Omit<PageFigures, "page">>(`new Promise((resolve) => {
    const shown = () =>
      Number(document.querySelector(".figures dd")?.textContent.replace(/\\D/g, "") ?? 0);
    const start = performance.now();
    let [last, frames, longest] = [start, 0, 0];
    const bySecond = [];
    const frame = (now) => {
      frames++;
      longest = Math.max(longest, now - last);
      last = now;
      const second = Math.floor((now - start) / 1000);
      bySecond[second] = (bySecond[second] ?? 0) + 1;
      if (now - start < ${seconds} * 1000) {
        requestAnimationFrame(frame);
        return;
      }
      resolve({
        frames: Math.round(frames / ((now - start) / 1000)),
        worst: Math.min(...Array.from({ length: ${seconds} }, (_, at) => bySecond[at] ?? 0)),
        longest: Math.round(longest),
        answers: shown(),
        elements: document.querySelectorAll("*").length,
      });
    };
    requestAnimationFrame(frame);
  })`);
  return { page: name, ...figures };
}
