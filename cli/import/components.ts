import { require as load } from "tsx/cjs/api";
import type * as HostState from "../../components/drift/hostState.js";
import type * as SharedSettings from "../../components/drift/sharedSettings.js";
import type * as Kernel from "../../components/host/kernel.js";

// The components are CommonJS, and find their scripts and each other relative to their own files.
const from = (path: string): unknown => load(`../../components/${path}`, import.meta.url);

export const kernel = from("host/kernel.ts") as typeof Kernel;
export const sharedSettings = from("drift/sharedSettings.ts") as typeof SharedSettings;
export const hostState = from("drift/hostState.ts") as typeof HostState;
