import type { FastifyReply, FastifyRequest } from "fastify";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { Refusal } from "./refusal.js";

/**
 * Who may come in: whoever has the address with its token, which is exchanged for a cookie. Any page in
 * the same browser can send requests to 127.0.0.1, so each request is asked where it comes from.
 */
export class Door {
  /** Not the token: one is in the browser's history, the other never in an address. */
  private readonly cookie = newToken();

  /** @param once Another token, that opens once: for where others may see it. */
  constructor(
    private readonly token: string,
    private once?: string,
  ) {}

  /**
   * @returns Whether the request may go on; a token has been answered with its cookie.
   * @throws Refusal of a request that is not the watching page's own.
   */
  async admits(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const port = request.socket.localPort ?? 0;
    const places = [`127.0.0.1:${port}`, `localhost:${port}`];
    const { host = "", origin } = request.headers;
    // A name of somebody else's that leads to 127.0.0.1.
    if (!places.includes(host)) {
      throw new Refusal(`this is ${places.join(" or ")}, and nothing else`, 421);
    }
    const isPost = request.method !== "GET" && request.method !== "HEAD";
    if (origin === undefined ? isPost : origin !== `http://${host}`) {
      throw new Refusal("only the page that this server gives may ask", 403);
    }
    const { pathname, searchParams } = new URL(request.url, `http://${host}`);
    if (pathname === "/" && this.opens(searchParams.get("token") ?? "")) {
      const attributes = "Path=/; HttpOnly; SameSite=Strict";
      await reply
        .header("set-cookie", `${cookieName(port)}=${this.cookie}; ${attributes}`)
        .redirect("/", 303);
      return false;
    }
    if (!same(cookieOf(request, cookieName(port)), this.cookie)) {
      throw new Refusal("open the address that `npm run watch` has printed", 403);
    }
    return true;
  }

  private opens(token: string): boolean {
    const once = this.once !== undefined && same(token, this.once);
    this.once = once ? undefined : this.once;
    return once || same(token, this.token);
  }
}

/** 32 random bytes, as text for an address. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Cookies do not tell ports apart. */
function cookieName(port: number): string {
  return `ipvs-lab-watch-${port}`;
}

function cookieOf(request: FastifyRequest, name: string): string {
  const cookies = (request.headers.cookie ?? "").split(/; */);
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** Takes the same time wherever they differ. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
