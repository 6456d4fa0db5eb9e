import { Director, IpvsTable, Vip } from "../../../../components";
import { host } from "../../../support/lab/machineLogin";

const machine1 = host("machine1", "10.10.10.1/24");
const director = new Director("director", { host: machine1 });
const vip = new Vip("vip", { host: machine1, address: "10.10.10.120" });

// Written by the test.
new IpvsTable("table", { director, file: "services.csv", drainTimeout: 5, after: [vip] });
