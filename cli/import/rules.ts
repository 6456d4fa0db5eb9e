import type * as Problems from "../../components/args/problems.js";
import type * as Validate from "../../components/args/validate.js";
import type * as DirectorSettings from "../../components/director/directorSettings.js";
import type * as HealthCheck from "../../components/keepalived/healthCheck.js";
import type * as Engine from "../../components/service/validation/engine.js";
import type * as TableServices from "../../components/table/tableServices.js";
import { from } from "./load.js";

/** The components' own rules, so that what is printed passes them. */
export const problems = from("args/problems.ts") as typeof Problems;
export const validate = from("args/validate.ts") as typeof Validate;
export const { sysctlNames } = from("director/directorSettings.ts") as typeof DirectorSettings;
export const healthCheck = from("keepalived/healthCheck.ts") as typeof HealthCheck;
export const engineRules = from("service/validation/engine.ts") as typeof Engine;
export const tableRules = from("table/tableServices.ts") as typeof TableServices;
