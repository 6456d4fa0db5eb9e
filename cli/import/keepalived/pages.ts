import type { Findings } from "../model/findings.js";
import type { Origin } from "../model/origin.js";
import { type Keywords, readBlock, Words } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";

/** A page that a check asks for: the block url. */
export interface Page {
  path?: string;
  /** Undefined for 200 to 299. */
  status?: number | number[];
  digest?: string;
  virtualHost?: string;
  origin: Origin;
}

interface Read {
  pages: Page[];
  virtualHost?: string;
  sni: boolean;
}

const noRegex = "a check compares the status and a digest, and searches no text";

/** The keywords that HTTP_GET and SSL_GET have besides those of all checks. */
export function pageKeywords(read: Read, findings: Findings): Keywords {
  return {
    url: (statement) => {
      read.pages.push(pageOf(statement, findings));
    },
    virtualhost: (statement) => {
      read.virtualHost = new Words(statement, findings).upTo(1).at(1);
    },
    enable_sni: (statement) => {
      read.sni = new Words(statement, findings).upTo(1).boolean();
    },
    http_protocol: "a check speaks the version of HTTP that keepalived chooses",
    fast_recovery: "a check has one page, so nothing has to be faster",
  };
}

function pageOf({ block = [], origin }: Statement, findings: Findings): Page {
  const page: Page = { origin };
  const text = (property: "path" | "virtualHost"): Keywords[string] => {
    return (statement) => {
      page[property] = new Words(statement, findings).upTo(1).at(1);
    };
  };
  readBlock(
    block,
    {
      path: (statement) => {
        const words = new Words(statement, findings).upTo(1);
        const path = words.at(1);
        if (/^\/[A-Za-z0-9_./:?&=;,+@%-]*$/.test(path)) {
          page.path = path;
        } else {
          words.omit(`${JSON.stringify(path)} is not a path that a check can ask for`);
        }
      },
      virtualhost: text("virtualHost"),
      digest: (statement) => {
        const words = new Words(statement, findings).upTo(1);
        const digest = words.at(1).toLowerCase();
        if (/^[0-9a-f]{32}$/.test(digest)) {
          page.digest = digest;
        } else {
          words.omit(`${digest} is not an MD5 of 32 hexadecimal digits`);
        }
      },
      status_code: (statement) => {
        page.status = statusOf(new Words(statement, findings), statement.words.slice(1));
      },
      regex: noRegex,
      regex_no_match: noRegex,
      regex_options: noRegex,
      regex_stack: noRegex,
      regex_min_offset: noRegex,
      regex_max_offset: noRegex,
    },
    findings,
  );
  return page;
}

/** "200", "200-299 404" as 200, or as the list of all of them; undefined for 200 to 299. */
function statusOf(words: Words, texts: string[]): number | number[] | undefined {
  if (texts.join(" ") === "200-299") {
    return undefined;
  }
  const all = texts.flatMap((text) => {
    const [, from = "", to = from] = /^(\d{3})(?:-(\d{3}))?$/.exec(text) ?? [];
    const count = Number(to) - Number(from) + 1;
    if (from === "" || count < 1 || Number(from) < 100 || Number(to) > 599) {
      words.omit(`${text} is no status from 100 to 599`);
      return [];
    }
    return Array.from({ length: count }, (_, i) => Number(from) + i);
  });
  return all.length > 1 ? all : all[0];
}
