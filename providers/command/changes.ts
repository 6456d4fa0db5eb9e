import { PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { PropertyChange } from "./diff";

const { Kind } = PropertyDiff;

const kinds = {
  add: [Kind.ADD, Kind.ADD_REPLACE],
  delete: [Kind.DELETE, Kind.DELETE_REPLACE],
  update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

/** A change in the form of Pulumi's protocol. */
export function protocolOf({ change, replaces }: PropertyChange): PropertyDiff {
  return new PropertyDiff().setKind(kinds[change][replaces ? 1 : 0]).setInputdiff(false);
}
