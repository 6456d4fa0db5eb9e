/** The shape of a property's value. */
export type Shape =
  | "string"
  | "boolean"
  | "number"
  | "any"
  | "asset"
  | { list: "string" | "any" }
  | { map: "string" }
  | Fields;

/** An object with known keys. */
export interface Fields {
  /** The name in check failures. */
  name: string;
  keys: Record<string, Field>;
}

export interface Field {
  shape: Shape;
  required?: boolean;
  /** True for a value that is always kept encrypted. */
  secret?: boolean;
  /** The value when the program gives none. */
  default?: string | number;
  /** True for a property whose change replaces the resource. */
  replaces?: boolean;
}

const text: Field = { shape: "string" };
const triggers: Field = { shape: { list: "any" }, replaces: true };

const login: Record<string, Field> = {
  agentSocketPath: text,
  dialErrorLimit: { shape: "number", default: 10 },
  host: { shape: "string", required: true },
  hostKey: text,
  password: { shape: "string", secret: true },
  perDialTimeout: { shape: "number", default: 15 },
  port: { shape: "number", default: 22 },
  privateKey: { shape: "string", secret: true },
  privateKeyPassword: { shape: "string", secret: true },
  user: { shape: "string", default: "root" },
};

const connection: Field = {
  shape: {
    name: "remote.Connection",
    keys: { ...login, proxy: { shape: { name: "remote.ProxyConnection", keys: login } } },
  },
  required: true,
  secret: true,
};

const scripts: Record<string, Field> = { create: text, update: text, delete: text, triggers };

const run: Record<string, Field> = {
  addPreviousOutputInEnv: { shape: "boolean" },
  environment: { shape: { map: "string" } },
  logging: text,
  stdin: text,
};

const runHere: Record<string, Field> = {
  ...run,
  archivePaths: { shape: { list: "string" } },
  assetPaths: { shape: { list: "string" } },
  dir: text,
  interpreter: { shape: { list: "string" } },
};

/** The inputs of every resource. */
export const resources = {
  "command:remote:Command": {
    name: "remote.CommandInputs",
    keys: { ...scripts, ...run, connection },
  },
  "command:remote:CopyToRemote": {
    name: "remote.CopyToRemoteInputs",
    keys: {
      connection,
      triggers,
      source: { shape: "asset", required: true },
      remotePath: { shape: "string", required: true },
    },
  },
  "command:remote:CopyFile": {
    name: "remote.CopyFileInputs",
    keys: {
      connection,
      triggers,
      localPath: { shape: "string", required: true },
      remotePath: { shape: "string", required: true },
    },
  },
  "command:local:Command": { name: "local.CommandInputs", keys: { ...scripts, ...runHere } },
} satisfies Record<string, Fields>;

export type ResourceType = keyof typeof resources;

/** The arguments of the function command:local:run. */
export const runArguments: Fields = {
  name: "local.RunInputs",
  keys: { ...runHere, command: { shape: "string", required: true } },
};
