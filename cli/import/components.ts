import { require as load } from "tsx/cjs/api";
import type * as Held from "../../components/drift/held.js";
import type * as Observed from "../../components/drift/observation.js";
import type * as Kernel from "../../components/host/kernel.js";

// The components are CommonJS, and find their scripts and each other by their own place.
const from = (path: string): unknown => load(`../../components/${path}`, import.meta.url);

export const kernel = from("host/kernel.ts") as typeof Kernel;
export const held = from("drift/held.ts") as typeof Held;
export const observed = from("drift/observation.ts") as typeof Observed;
