import { schedulerFlags, schedulers } from "../../components";
import { forwardings } from "../../components/ipvs/forwarding";
import { protocolOptions } from "../../components/ipvs/protocols";
import { bgpProperties, neighborProperties } from "./refusals/announcementKinds";
import { checkProperties } from "./refusals/checkKinds";
import { sharedAddressProperties } from "./refusals/components";
import {
  syncDaemonProperties,
  sysctlProperties,
  timeoutsProperties,
} from "./refusals/directorKinds";
import { persistenceProperties, tunnelProperties } from "./refusals/serviceKinds";

/** What docs/features.md has to have a row of, and tests/rest a program, by what it is. */
export const optionNames = {
  scheduler: schedulers,
  "scheduler flag": schedulerFlags,
  "forwarding method": forwardings,
  protocol: Object.keys(protocolOptions),
  sysctl: Object.keys(sysctlProperties),
  "property of persistence": Object.keys(persistenceProperties),
  "property of a tunnel": Object.keys(tunnelProperties),
  "property of a daemon": Object.keys(syncDaemonProperties),
  timeout: Object.keys(timeoutsProperties),
  "property of a check": Object.keys(checkProperties),
  "property of a shared address": Object.keys(sharedAddressProperties),
  "property of an announcement": Object.keys(bgpProperties),
  "property of a neighbour": Object.keys(neighborProperties),
};
