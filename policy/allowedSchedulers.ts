import { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";

/** The schedulers that Debian's kernel has: twos is left out of it. */
// prettier-ignore
export const defaultSchedulers = [
  "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh",
];

/**
 * Which schedulers virtual services may use. Configurable, for example in a file for
 * `--policy-pack-config`: {"allowed-schedulers": {"schedulers": ["rr", "wrr"]}}
 */
export const allowedSchedulers: ResourceValidationPolicy = {
  name: "allowed-schedulers",
  description: "Virtual services use only schedulers from the allowed list.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      schedulers: {
        type: "array",
        items: { type: "string" },
        minItems: 1,
        default: defaultSchedulers,
      },
    },
  },
  validateResource: (args: ResourceValidationArgs, reportViolation: ReportViolation) => {
    if (args.type !== "ipvs-lab:index:IpvsService") {
      return;
    }
    const { schedulers: allowed = defaultSchedulers } = args.getConfig<{ schedulers?: string[] }>();
    const scheduler = String(args.props.scheduler);
    if (!allowed.includes(scheduler)) {
      reportViolation(
        `IpvsService "${args.name}": scheduler "${scheduler}" is not allowed; allowed are ${allowed.join(", ")}.`,
      );
    }
  },
};
