import { z } from "zod";
import { engines, forwardings, schedulerFlags, schedulers, webServerKinds } from "../components";
import {
  boolean,
  integer,
  interfaceName,
  ipv4,
  ipv6,
  listOf,
  machineName,
  mapOf,
  namespaceName,
  object,
  oneOf,
  page,
  port,
  text,
  threshold,
  weight,
} from "../components/args/validate";
import { announcementSchema } from "../components/bgp/announcement";
import { checkSchema } from "../components/keepalived/healthCheck";
import { boxes } from "../providers/qemu/boxes";
import { drivers } from "../providers/qemu/driver";

/** MiB. */
const memory = integer(256, 65536);
const machine = object({
  address: ipv4,
  address6: ipv6.optional(),
  memory: memory.optional(),
  sshPort: port.optional(),
  tunnelPort: port.optional(),
  switchPort: port.optional(),
});

/** A backend: in a namespace of its machine if it has one, else the machine itself. */
const backend = object({
  name: text,
  machine: text,
  namespace: namespaceName.optional(),
  veth: interfaceName.optional(),
  address: ipv4.optional(),
  address6: ipv6.optional(),
  weight: weight.default(1),
  upperThreshold: threshold.optional(),
  lowerThreshold: threshold.optional(),
  running: boolean.default(true),
  page,
});
export type BackendSettings = z.infer<typeof backend>;
/** A backend in a namespace. */
export type NetnsSettings = BackendSettings & { namespace: string; address: string };

/** True for a backend in a namespace of its machine, false for one that is the machine itself. */
export function isInNetns(settings: BackendSettings): settings is NetnsSettings {
  return settings.namespace !== undefined;
}

/**
 * Pulumi requires a value for every key that it knows, so an empty one stands for none.
 * @param empty The empty object, list or text, as JSON.
 */
function noneIf<T extends z.ZodType>(empty: "{}" | "[]" | '""', schema: T) {
  return z.preprocess(
    (value) => (JSON.stringify(value) === empty ? undefined : value),
    schema.optional(),
  );
}
const redirect = noneIf("{}", object({ vip: ipv4, backend: text }));
const { asn } = announcementSchema.shape.bgp.shape;
const router = noneIf("{}", object({ machine: text, asn, directorsAsn: asn }));

/**
 * The lab's settings, from Pulumi.<stack>.yaml; Pulumi.yaml describes each. Each setting is checked here by itself, so
 * that an error names its key. The components check settings against each other.
 */
export const settings = {
  driver: oneOf(drivers).default("auto"),
  box: oneOf(boxes).default("auto"),
  machines: mapOf(machine, machineName),
  memory,
  interface: interfaceName,
  prefix: integer(1, 30),
  prefix6: integer(1, 128).default(64),
  director: text,
  moreDirectors: listOf(text, "machines").default([]),
  engine: oneOf(engines),
  check: noneIf("{}", checkSchema),
  vip: ipv4,
  vip6: noneIf('""', ipv6),
  port,
  scheduler: oneOf(schedulers),
  schedulerFlags: noneIf("[]", listOf(oneOf(schedulerFlags), "scheduler flags")),
  forwarding: oneOf(forwardings),
  webServer: oneOf(webServerKinds),
  accessLog: boolean.default(false),
  backend1: backend,
  backend2: backend,
  moreBackends: listOf(backend, "backends"),
  redirect,
  router,
  clients: listOf(text, "machines"),
  requests: integer(1, 100000),
  purgePackages: boolean,
};
export type Settings = { [K in keyof typeof settings]: z.infer<(typeof settings)[K]> };

/** The backends, each with its key. */
export function keyedBackends({ backend1, backend2, moreBackends }: Settings) {
  const more = moreBackends.map((one, i) => [`moreBackends[${i}]`, one] as const);
  return [["backend1", backend1] as const, ["backend2", backend2] as const, ...more];
}
