import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { z } from "zod";
import { describe } from "../../components/args/problems.js";
import { boolean, integer, mapOf, object, oneOf, text } from "../../components/args/validate.js";
import type { Source } from "../protocol.js";
import { Auth } from "./auth.js";
import { RequestError } from "./requestError.js";
import { EventStream } from "./stream.js";

/** A file of the page. */
export interface Asset {
  /** Its media type, such as "text/html; charset=utf-8". */
  type: string;
  body: Uint8Array | string;
}

export interface WatchApp {
  source: Source;
  /** The token that gives access: at least 32 random bytes as text, as newToken() makes it. */
  token: string;
  /** A token that gives access only once. */
  oneTimeToken?: string;
  /** Called when the one-time token has been used. */
  onOneTimeTokenUsed?: () => void;
  /** The page's files by their paths; the page itself is "/". */
  assets: Map<string, Asset>;
}

const headers = {
  // The page loads nothing from elsewhere, and no other page may frame it.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

const load = object({
  client: text,
  rate: integer(1, 2000),
  concurrency: integer(1, 50),
  redirected: boolean,
  lasting: integer(0, 20).optional(),
  ipv6: boolean.optional(),
});
const value = z.union([z.string(), z.number(), z.boolean()], {
  error: "must be a text, a number, true or false",
});
const changes = object({ settings: mapOf(value) });
const change = object({ id: integer(1, Number.MAX_SAFE_INTEGER) });
const action = object({
  action: oneOf(["pull", "plug", "off", "on", "stop", "start"]),
  on: text,
});
const nothing = object({});

/** The page's server: its files, the stream of messages, and the requests (see ../protocol.ts). */
export function watchApp({
  source,
  token,
  oneTimeToken,
  onOneTimeTokenUsed,
  assets,
}: WatchApp): FastifyInstance {
  const auth = new Auth(token, oneTimeToken, onOneTimeTokenUsed);
  const app = fastify({
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
    rewriteUrl: ({ url }) => auth.withoutPrefix(url),
  });
  // Only JSON is accepted: a form of another page can send the other types without a preflight.
  app.removeContentTypeParser("text/plain");
  app.addHook("onRequest", async (request, reply) => {
    void reply.headers(headers);
    return (await auth.authorize(request, reply)) ? undefined : reply;
  });
  app.setErrorHandler((error: Error & { status?: number; statusCode?: number }, _, reply) =>
    reply.code(error.status ?? error.statusCode ?? 400).send({ error: error.message }),
  );
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `there is no ${request.method} ${request.url} here` }),
  );

  for (const [path, { type, body }] of assets) {
    app.get(path, (_, reply) => reply.type(type).send(Buffer.from(body)));
  }
  app.get("/events", (_, reply) => {
    reply.hijack();
    const stream = new EventStream(reply.raw, headers);
    reply.raw.on("close", source.subscribe(stream.send));
  });
  const route = <T>(path: string, schema: z.ZodType<T>, follow: (body: T) => Promise<void>) =>
    app.post(path, async (request, reply) => {
      await follow(bodyOf(schema, request.body));
      return reply.code(204).send();
    });
  route("/load", load, (body) => source.startLoad(body));
  route("/load/stop", nothing, () => source.stopLoad());
  route("/changes", changes, (body) => source.preview(body.settings));
  route("/changes/apply", change, (body) => source.apply(body.id));
  route("/changes/drop", change, (body) => source.drop(body.id));
  route("/actions", action, (body) => source.act(body));
  return app;
}

/**
 * Listens on this computer alone.
 * @param port 0 for any free port.
 * @returns The address to open, with the token.
 */
export async function listen(app: FastifyInstance, port: number, token: string): Promise<string> {
  await app.listen({ host: "127.0.0.1", port });
  const { port: chosen } = app.server.address() as AddressInfo;
  return `http://127.0.0.1:${chosen}/?token=${token}`;
}

function bodyOf<T>(schema: z.ZodType<T>, body: unknown): T {
  const { success, data, error } = schema.safeParse(body ?? {});
  if (!success) {
    throw new RequestError(error.issues.map((issue) => describe(issue)).join("; "));
  }
  return data;
}
