import { isObject, plain, type Properties } from "../protocol/wire";
import type { Connection, Login } from "./ssh/login";

/** A command's properties, on any machine. */
export interface CommandInputs {
  create?: string;
  update?: string;
  delete?: string;
  stdin: string;
  logging?: string;
  environment: Record<string, string>;
  /** The output of the command before, for the environment; empty when it is not wanted. */
  previous: { stdout: string; stderr: string };
}

/** The same, with the properties that only a command on this computer has. */
export interface LocalInputs extends CommandInputs {
  interpreter: string[];
  dir?: string;
  assetPaths?: string[];
  archivePaths?: string[];
}

/** Reads a command's properties; `outputs` are those that it has in the state. */
export function commandOf(properties: Properties, outputs: Properties): CommandInputs {
  const values = plain(properties) as Properties;
  const printed = plain(outputs) as Properties;
  const wanted = values.addPreviousOutputInEnv !== false;
  return {
    create: text(values.create),
    update: text(values.update),
    delete: text(values.delete),
    stdin: text(values.stdin) ?? "",
    logging: text(values.logging),
    environment: isObject(values.environment) ? (values.environment as Record<string, string>) : {},
    previous: {
      stdout: wanted ? (text(printed.stdout) ?? "") : "",
      stderr: wanted ? (text(printed.stderr) ?? "") : "",
    },
  };
}

/** Reads the properties of a command that runs on this computer. */
export function localOf(properties: Properties, outputs: Properties): LocalInputs {
  const values = plain(properties) as Properties;
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : undefined);
  const interpreter = list(values.interpreter) ?? [];
  return {
    ...commandOf(properties, outputs),
    interpreter: interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"],
    dir: text(values.dir),
    assetPaths: list(values.assetPaths),
    archivePaths: list(values.archivePaths),
  };
}

/** Reads the connection to a machine. */
export function connectionOf(properties: Properties): Connection {
  const value = plain(properties.connection);
  const values = isObject(value) ? value : {};
  return {
    ...loginOf(values),
    proxy: isObject(values.proxy) ? loginOf(values.proxy) : undefined,
  };
}

function loginOf(values: Properties): Login {
  const number = (value: unknown, otherwise: number) =>
    typeof value === "number" ? Math.trunc(value) : otherwise;
  return {
    host: text(values.host) ?? "",
    port: number(values.port, 22),
    user: text(values.user) ?? "root",
    password: text(values.password),
    privateKey: text(values.privateKey),
    privateKeyPassword: text(values.privateKeyPassword),
    agentSocketPath: text(values.agentSocketPath),
    hostKey: text(values.hostKey),
    dialErrorLimit: number(values.dialErrorLimit, 10),
    perDialTimeout: number(values.perDialTimeout, 15),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
