import type * as HostState from "../../components/drift/hostState.js";
import type * as DriftKind from "../../components/drift/kind.js";
import type * as DriftOptions from "../../components/drift/options.js";
import type * as SharedSettings from "../../components/drift/sharedSettings.js";
import type * as Kernel from "../../components/host/kernel.js";
import type * as ParseLines from "../../components/ipvs/parseLines.js";
import type * as Kinds from "../../components/kinds/kinds.js";
import { from } from "./load.js";

export const kernel = from("host/kernel.ts") as typeof Kernel;
export const sharedSettings = from("drift/sharedSettings.ts") as typeof SharedSettings;
export const hostState = from("drift/hostState.ts") as typeof HostState;

/** How previews compare what is declared with a machine. */
export const drift = {
  ...(from("drift/kind.ts") as typeof DriftKind),
  ...(from("drift/options.ts") as typeof DriftOptions),
  ...(from("ipvs/parseLines.ts") as typeof ParseLines),
  ...(from("kinds/kinds.ts") as typeof Kinds),
};
