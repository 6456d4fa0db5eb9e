import { Policies } from "@pulumi/policy";
import {
  allowedAnnouncements,
  allowedAsNumbers,
  allowedNeighbors,
  bfdRequired,
} from "./announcements";
import { allowedForwarding, noPortChangeUnderDirectRouting } from "./forwarding";
import { minimumMembers, weightRange } from "./members";
import { allowedNetworks } from "./networks";
import { oneOwnerOfAVip } from "./ownership";
import { allowedPorts } from "./ports";
import { allowedSchedulers, noDefeatedPersistence } from "./scheduling";
import { secretMarks } from "./secretMarks";
import { noPlainTextSecrets } from "./secrets";
import { pinnedHostKeys } from "./ssh";

/** All policies of the pack; docs/policies.md describes them in this order. */
export const policies: Policies = [
  allowedSchedulers,
  noDefeatedPersistence,
  allowedForwarding,
  noPortChangeUnderDirectRouting,
  allowedNetworks,
  allowedPorts,
  minimumMembers,
  weightRange,
  oneOwnerOfAVip,
  allowedAnnouncements,
  allowedAsNumbers,
  allowedNeighbors,
  bfdRequired,
  pinnedHostKeys,
  noPlainTextSecrets,
  secretMarks,
];
