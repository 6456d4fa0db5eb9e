import type { HostState } from "../../../components/drift/hostState.js";
import { directorSettings } from "../directorSettings.js";
import type { Model } from "../model/model.js";
import { nowhere } from "../model/origin.js";
import { familiesWithMasquerade, whereIs, vipsOf } from "./machineModel.js";

/** Completes what files say by their machine: where addresses are, and the settings of which no file speaks. */
export function complete(model: Model, seen: HostState): void {
  const known = new Set([
    ...model.addresses.map(({ address }) => address),
    ...model.routers.flatMap(({ addresses }) => addresses.map(({ address }) => address)),
  ]);
  for (const vip of vipsOf(model.services).filter((one) => !known.has(one))) {
    const place = whereIs(vip, seen.links);
    if (place) {
      model.addresses.push({ ...place, origin: nowhere });
    }
  }
  const { values, omitted, notes } = directorSettings(seen, familiesWithMasquerade(model.services));
  model.timeouts = { ...values.timeouts, ...model.timeouts };
  model.sysctls = { ...values.sysctls, ...model.sysctls };
  for (const reason of omitted) {
    model.findings.omit(nowhere, reason);
  }
  for (const reason of notes) {
    model.findings.note(nowhere, reason);
  }
}
