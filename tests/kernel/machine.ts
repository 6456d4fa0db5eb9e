import { Machine } from "../../report/ground/machine";

export type {
  Answer,
  Connection,
  Done,
  Machine,
  Node,
  Opened,
  Protocol,
} from "../../report/ground/machine";

/** The machine under test. IPVS_LAB_KERNEL_SSH has the arguments of ssh(1): `npm run test:kernel` sets it. */
export function connect(): Machine {
  const target = process.env.IPVS_LAB_KERNEL_SSH;
  if (!target) {
    throw new Error("IPVS_LAB_KERNEL_SSH says no machine: use `npm run test:kernel`");
  }
  return Machine.connect({ file: "ssh", args: target.split(" ") });
}
