import * as pulumi from "@pulumi/pulumi";
import { boolean, input, oneOf, page, port } from "../args/validate";
import { Host } from "../host/host";
import { spec } from "../host/kernel";
import { slug } from "../host/slug";

/** The arguments of every backend's web server. */
export interface WebServerArgs {
  /**
   * The text that the server answers with; a missing line end is added. A secret page stays secret: it is in no output,
   * and proofs do not show it.
   */
  page: pulumi.Input<string>;
  /** The port that it listens on, 1 to 65535. @default 80 */
  port?: number;
  /**
   * "address": listens only on the backend's own address. "any": on every address of its machine or namespace, which a
   * member with forwarding "gate" or "ipip" needs.
   * @default "address"
   */
  listen?: WebServerListen;
  /** "apache" or "nginx". @default "apache" */
  webServer?: WebServerKind;
  /**
   * True to run the server. A stopped one keeps its files. A service still sends it connections, which fail, unless its
   * weight is 0 or the director's engine checks members. @default true
   */
  running?: boolean;
  /**
   * True to log each request: its client's address and the host that it asked for. For labs: the log grows until the
   * backend goes. @default false
   */
  accessLog?: boolean;
  /** Destroy also purges the packages that had to be installed. @default false */
  purgePackages?: boolean;
}

/** All kinds. */
export const webServerKinds = ["apache", "nginx"] as const;
/** The program that serves the page; both are Debian packages. */
export type WebServerKind = (typeof webServerKinds)[number];

export const webServerListens = ["address", "any"] as const;
export type WebServerListen = (typeof webServerListens)[number];

/** @internal */
export const webServerSchema = {
  page: input(page),
  port: port.default(80),
  listen: oneOf(webServerListens).default("address"),
  webServer: oneOf(webServerKinds).default("apache"),
  running: boolean.default(true),
  accessLog: boolean.default(false),
  purgePackages: boolean.default(false),
};

/** A separate web server on a host, or in one of the host's network namespaces. */
export interface WebServer extends Required<WebServerArgs> {
  address: string;
  namespace?: string;
}

/** The inputs that a backend's resource shows: `running` and `accessLog` only if they are not as by default. */
export function inputsOf<T extends { running: boolean; accessLog: boolean }>(web: T) {
  const { running, accessLog, ...others } = web;
  return { ...others, ...(!running && { running }), ...(accessLog && { accessLog }) };
}

export function runWebServer(
  host: Host,
  name: string,
  server: WebServer,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const settings = spec({
    server: server.webServer,
    instance: slug(name),
    address: server.address,
    port: server.port,
    listen: server.listen === "any" ? "any" : undefined,
    namespace: server.namespace,
    // Defaults are omitted, so objects made before these options existed do not change.
    log: server.accessLog ? "yes" : undefined,
    running: server.running ? undefined : "no",
    purge: String(server.purgePackages),
  });
  return host.run(
    `${name}-web`,
    {
      kind: "webserver",
      desired: settings,
      body: pulumi.output(server.page).apply((text) => (text.endsWith("\n") ? text : `${text}\n`)),
      identity: [slug(name), server.namespace ?? ""],
    },
    opts,
  );
}
