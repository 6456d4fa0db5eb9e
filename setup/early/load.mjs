// Lets Node.js load the set-up's TypeScript with the modules of this folder: the project's own are not complete yet.
import { register as registerHooks } from "node:module";
import { register } from "tsx/esm/api";

registerHooks("./resolve.mjs", import.meta.url);
register();
