import { PolicyPack } from "@pulumi/policy";
import { allowedSchedulers } from "./allowedSchedulers";

new PolicyPack("ipvs-lab", {
  policies: [allowedSchedulers],
  enforcementLevel: "mandatory",
});
