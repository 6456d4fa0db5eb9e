import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { redirectPage } from "./redirectFile.js";
import { RequestError } from "./requestError.js";

/**
 * Authentication of requests. A browser that opens the address with its token gets a cookie in exchange. Any page in
 * the same browser can send requests to 127.0.0.1, so the origin of each request is checked. Browsers send a cookie to
 * every port of a host, so this one is limited to a secret path: other servers on this computer never get it.
 */
export class Auth {
  /** A secret of its own: the token is in the browser's history, but the cookie never is in an address. */
  private readonly cookie = newToken();
  /** The secret path of everything that needs the cookie. */
  private readonly path = `/${newToken()}`;

  /**
   * @param oneTimeToken Another token that gives access only once, for a place where others may see it.
   * @param onOneTimeTokenUsed Called when that token has been used.
   */
  constructor(
    private readonly token: string,
    private oneTimeToken?: string,
    private readonly onOneTimeTokenUsed?: () => void,
  ) {}

  /** The path of a request without the secret prefix. */
  withoutPrefix(url = "/"): string {
    return url.startsWith(`${this.path}/`) ? url.slice(this.path.length) : url;
  }

  /**
   * Checks a request. A token is answered with its cookie.
   * @returns True when the request may go on.
   * @throws RequestError when the request does not come from the page of this server.
   */
  async authorize(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const port = request.socket.localPort ?? 0;
    const ownHosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    const { host = "", origin } = request.headers;
    // Another site's name may resolve to 127.0.0.1.
    if (!ownHosts.includes(host)) {
      throw new RequestError(`this is ${ownHosts.join(" or ")}, and nothing else`, 421);
    }
    const isPost = request.method !== "GET" && request.method !== "HEAD";
    if (origin === undefined ? isPost : origin !== `http://${host}`) {
      throw new RequestError("only the page that this server serves may send requests", 403);
    }
    const { pathname, searchParams } = new URL(request.originalUrl, `http://${host}`);
    const opened = pathname === "/" ? this.accepts(searchParams.get("token") ?? "") : undefined;
    if (opened) {
      const attributes = `Path=${this.path}/; HttpOnly; SameSite=Strict`;
      void reply.header("set-cookie", `${cookieName(port)}=${this.cookie}; ${attributes}`);
      if (opened === "once") {
        // After a file, the browser sends the cookie only once a page of this server has redirected it.
        await reply.type("text/html; charset=utf-8").send(redirectPage(`${this.path}/`));
      } else {
        await reply.redirect(`${this.path}/`, 303);
      }
      return false;
    }
    const isInside = equalInConstantTime(pathname.slice(0, this.path.length + 1), `${this.path}/`);
    if (!isInside || !equalInConstantTime(cookieOf(request, cookieName(port)), this.cookie)) {
      throw new RequestError("open the address that `npm run watch` has printed", 403);
    }
    return true;
  }

  private accepts(token: string): "once" | "always" | undefined {
    if (this.oneTimeToken !== undefined && equalInConstantTime(token, this.oneTimeToken)) {
      this.oneTimeToken = undefined;
      this.onOneTimeTokenUsed?.();
      return "once";
    }
    return equalInConstantTime(token, this.token) ? "always" : undefined;
  }
}

/** 32 random bytes as text for an address. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The name has the port, so that two of these servers do not take each other's cookie. */
function cookieName(port: number): string {
  return `ipvs-lab-watch-${port}`;
}

function cookieOf(request: FastifyRequest, name: string): string {
  const cookies = (request.headers.cookie ?? "").split(/; */);
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** Compares in constant time. */
function equalInConstantTime(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
