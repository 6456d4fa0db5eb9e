import type { Origin } from "../model/origin.js";

/** A statement of a configuration file: a keyword and its words, with a block if there is one. */
export interface Statement {
  words: string[];
  block?: Statement[];
  origin: Origin;
}
