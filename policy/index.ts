import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("ipvs-lab", { policies, enforcementLevel: "mandatory" });
