import { TextFiles } from "./files/readFile.js";
import { type FormatName, formatNames } from "./formatNames.js";
import { readListing } from "./ipvsadm/listing.js";
import { readSave } from "./ipvsadm/save.js";
import { readIpvsctl } from "./ipvsctl/read.js";
import { readKeepalived } from "./keepalived/read.js";
import { readLdirectord } from "./ldirectord/read.js";
import type { Model } from "./model/model.js";
import { SourceError } from "./model/origin.js";

export interface ReadOptions {
  files: TextFiles;
  /** What keepalived's `@words` are compared with. */
  configId?: string;
}

/** A format of files. */
interface Format {
  /** True for a line that no other format has. */
  sign: RegExp;
  read: (file: string, options: ReadOptions) => Model;
}

const formats: Record<FormatName, Format> = {
  keepalived: {
    sign: /^\s*(@\^?\S+\s+)?(global_defs|virtual_server(_group)?|vrrp_\w+|static_\w+|real_server|bfd_instance|include[rmwba]?|\$\w+=|~(SEQ|LST))(\W|$)/,
    read: readKeepalived,
  },
  ldirectord: {
    sign: /^(virtual6?|check(timeout|interval|count)|negotiatetimeout|failurecount|quiescent|autoreload|fallback6?|logfile|emailalert\w*|fork|supervised|cleanstop|maintenancedir)\s*=/,
    read: readLdirectord,
  },
  "ipvsadm-save": {
    sign: /^\s*((\S*\/)?ipvsadm\s+)?(-A|-a|--add-service|--add-server)\s/,
    read: (file, { files }) => readSave(file, files.read(file)),
  },
  "ipvsadm-list": {
    sign: /^(IP Virtual Server version|Prot LocalAddress:Port|(TCP|UDP|SCTP|FWM) +\S+ +\w)/,
    read: (file, { files }) => readListing(file, files.read(file)),
  },
  ipvsctl: {
    sign: /^(services|defaults):/,
    read: (file, { files }) => readIpvsctl(file, files.read(file)),
  },
};

/**
 * Reads a file in the format that is named, or else in the one that its first telling line is in.
 * @throws SourceError if it is in none.
 */
export function readSource(file: string, format: FormatName | undefined, configId?: string): Model {
  const name = format ?? formatOf(file);
  return formats[name].read(file, { files: new TextFiles(), configId });
}

function formatOf(file: string): FormatName {
  const lines = new TextFiles().read(file).split("\n");
  for (const line of lines) {
    const found = formatNames.find((name) => formats[name].sign.test(line));
    if (found) {
      return found;
    }
  }
  const names = formatNames.join(", ");
  throw new SourceError(
    { file, line: 1, column: 1 },
    `no line of it tells its format; name it with --format: ${names}`,
  );
}
