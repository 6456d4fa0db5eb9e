import { createRequire } from "node:module";
import type * as Pulumi from "@pulumi/pulumi";

// The components are CommonJS, and find their scripts and each other relative to their own files. Loaded as the lab's
// program loads them, they take half the time that tsx needs.
const fromHere = createRequire(import.meta.url);
fromHere("../../setup/loadProgram.cjs");

/** A module of the components. */
export function from(path: string): unknown {
  return fromHere(`../../components/${path}`);
}

/** Pulumi's SDK, the one that the components have. */
export function pulumiSdk(): typeof Pulumi {
  return fromHere("@pulumi/pulumi") as typeof Pulumi;
}
