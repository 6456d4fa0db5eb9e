import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { redirectPage } from "./redirectFile.js";
import { Refusal } from "./refusal.js";

/**
 * Who may come in: whoever has the address with its token, which is exchanged for a cookie. Any page in
 * the same browser can send requests to 127.0.0.1, so each request is asked where it comes from. A browser
 * gives cookies to every port of a computer, so this one is for a path that nobody else knows: another's
 * server on this computer never gets it.
 */
export class Door {
  /** Not the token: one is in the browser's history, the other never in an address. */
  private readonly cookie = newToken();
  /** Where everything is, for those who are in. */
  private readonly path = `/${newToken()}`;

  /**
   * @param once Another token, that opens once: for where others may see it.
   * @param used Told that it has opened.
   */
  constructor(
    private readonly token: string,
    private once?: string,
    private readonly used?: () => void,
  ) {}

  /** The path of a request as the page's files and orders have it. */
  inside(url = "/"): string {
    return url.startsWith(`${this.path}/`) ? url.slice(this.path.length) : url;
  }

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
    const { pathname, searchParams } = new URL(request.originalUrl, `http://${host}`);
    const opened = pathname === "/" ? this.opens(searchParams.get("token") ?? "") : undefined;
    if (opened) {
      const attributes = `Path=${this.path}/; HttpOnly; SameSite=Strict`;
      void reply.header("set-cookie", `${cookieName(port)}=${this.cookie}; ${attributes}`);
      if (opened === "once") {
        // Who comes from a file is a stranger to the cookie until a page of this server's sends him on.
        await reply.type("text/html; charset=utf-8").send(redirectPage(`${this.path}/`));
      } else {
        await reply.redirect(`${this.path}/`, 303);
      }
      return false;
    }
    const isInside = same(pathname.slice(0, this.path.length + 1), `${this.path}/`);
    if (!isInside || !same(cookieOf(request, cookieName(port)), this.cookie)) {
      throw new Refusal("open the address that `npm run watch` has printed", 403);
    }
    return true;
  }

  private opens(token: string): "once" | "always" | undefined {
    if (this.once !== undefined && same(token, this.once)) {
      this.once = undefined;
      this.used?.();
      return "once";
    }
    return same(token, this.token) ? "always" : undefined;
  }
}

/** 32 random bytes, as text for an address. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Two servers of this program do not take each other's. */
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
