/**
 * The names of all kinds of objects on a machine, in the order in which the program there has them. Apart from the
 * comparisons, so that the program's text can be had without loading these.
 */
export const kindNames = [
  "address",
  "bgp",
  "bgpaddress",
  "bgprouter",
  "bgpsession",
  "director",
  "firewallmark",
  "keepalived",
  "keepalivedaddress",
  "keepalivedservice",
  "keepalivedtable",
  "nat",
  "netns",
  "proof",
  "realserver",
  "redirect",
  "routes",
  "service",
  "servicetable",
  "table",
  "traffic",
  "webserver",
] as const;
