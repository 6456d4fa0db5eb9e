export { schedulers } from "../components/ipvs/schedulers";
export { csvFiles } from "./csv";
export { wholeRound } from "./distribution";
export { html } from "./html";
export { Measurement } from "./measurement";
export { numbersVersion } from "./numbers";
export { terminal } from "./terminal";
