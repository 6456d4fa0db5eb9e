import type { TextFiles } from "../files/readFile.js";
import { Findings } from "../model/findings.js";
import { emptyModel, type Model } from "../model/model.js";
import { type Origin, SourceError } from "../model/origin.js";
import { readBlock, Words } from "../statements/block.js";
import { type Parser, parserOf, type Position } from "../statements/grammar.js";
import type { Statement } from "../statements/statement.js";
import { grammar } from "./grammar.js";
import { commonKeywords, type CommonSettings, globalReasons } from "./settings.js";
import { virtualService } from "./virtual.js";

/** As the grammar makes it. */
interface Parsed {
  words: string[];
  block?: Parsed[];
  at: Position;
}

const parsed = parserOf(grammar) as Parser<Parsed[]>;

/**
 * Reads an ldirectord.cf.
 * @throws SourceError if it is no such file.
 */
export function readLdirectord(file: string, { files }: { files: TextFiles }): Model {
  const findings = new Findings();
  const model = emptyModel(findings);
  const all = parsed(
    files.read(file),
    (at, reason) => new SourceError({ file, line: at.line, column: at.column }, reason),
  );
  const settings: CommonSettings & { forks?: boolean } = {};
  // A setting of the whole file may stand behind the services that it is for.
  const sections: Statement[] = [];
  const section = (statement: Statement) => {
    sections.push(statement);
  };
  readBlock(
    all.map((one) => statement(one, file)),
    {
      ...{ virtual: section, virtual6: section },
      ...commonKeywords(settings, findings),
      fork: (one) => {
        settings.forks = new Words(one, findings).upTo(1).boolean();
      },
      ...globalReasons,
    },
    findings,
  );
  const [first] = sections;
  if (first && settings.quiescent === undefined) {
    findings.note(
      first.origin,
      "no quiescent for the whole file: a member that fails is removed, as by ldirectord; its manual says that it gets weight 0",
    );
  }
  model.services = sections.flatMap((one) => virtualService(one, settings, findings) ?? []);
  return model;
}

function statement({ words, block, at }: Parsed, file: string): Statement {
  const origin: Origin = { file, line: at.line, column: at.column };
  const inner = block?.map((one) => statement(one, file));
  return { words, ...(inner && { block: inner }), origin };
}
