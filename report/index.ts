export { schedulers } from "../components/ipvs/schedulers";
export { csvFiles } from "./csv";
export { wholeRound } from "./distribution";
export { summarize } from "./failover";
export { html } from "./html/page";
export { Measurement } from "./measurement";
export { numbersVersion } from "./numbers";
export { terminal } from "./terminal/terminal";
