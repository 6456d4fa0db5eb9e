import * as pulumi from "@pulumi/pulumi";
import { place } from "../args/place";
import type { Director } from "../director/director";
import { slug } from "../host/slug";
import { serviceKey } from "../ipvs/serviceLines";
import { tableConfiguration } from "../keepalived/tableConfiguration";
import { tableEntries, ValidTableService } from "./tableServices";

/**
 * The desired state of a table on one director.
 * @internal
 */
export interface AppliedTable {
  director: Director;
  services: ValidTableService[];
  /** The lines of `ipvsadm -R` for all of them. */
  lines: string[];
  drainTimeout: number;
  keepWeights: boolean;
  /** True if members that others added are removed. */
  exclusive: boolean;
  adopt: boolean;
}

/**
 * The Command that puts a table into the kernel. The desired state is ipvsadm's lines, with either engine. With
 * keepalived, its configuration of all services follows.
 * @internal
 */
export function applyTable(
  name: string,
  { director, services, lines, drainTimeout, keepWeights, exclusive, adopt }: AppliedTable,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { instance, host } = director;
  const seconds = String(drainTimeout);
  const textOf = (all: string[]) => all.map((line) => `${line}\n`).join("");
  if (instance === undefined) {
    const keep = keepWeights ? "all" : "";
    // Defaults are omitted, so that tables made before these options existed do not change.
    const words = exclusive ? [keep, "exclusive"] : keepWeights ? [keep] : [];
    return host.run(
      name,
      {
        kind: "servicetable",
        otherKind: "keepalivedtable",
        desired: textOf(lines),
        options: [seconds, ...words],
        ...{ keepWeights: keep, exclusive, adopt },
      },
      opts,
    );
  }
  const entries = tableEntries(services, director);
  // Members whose weight keepalived sets to 0 instead of removing them.
  const inhibited = entries.flatMap(({ service, members }) =>
    members
      .filter(({ inhibitOnFailure }) => inhibitOnFailure)
      .map((m) => `inhibit ${serviceKey(service)} -r ${place(m.address, m.port)}`),
  );
  return host.run(
    name,
    {
      kind: "keepalivedtable",
      otherKind: "servicetable",
      desired: textOf([...lines, ...inhibited]),
      body: tableConfiguration(entries),
      // Another keepalived is another object, because the kernel can have each service once.
      identity: [instance.name],
      // Defaults are omitted, so that tables made before this option existed do not change.
      options: [
        ...[instance.name, `table-${slug(name)}`, seconds],
        ...(exclusive ? ["exclusive"] : []),
      ],
      instance,
      exclusive,
      adopt,
    },
    opts,
  );
}
