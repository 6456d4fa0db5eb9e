import { Kind } from "../drift/kind";
import { address } from "./address/address";
import { bgp } from "./bgp/bgp";
import { bgpaddress } from "./bgpaddress/bgpaddress";
import { bgprouter } from "./bgprouter/bgprouter";
import { bgpsession } from "./bgpsession/bgpsession";
import { director } from "./director/director";
import { firewallmark } from "./firewallmark/firewallmark";
import { keepalived } from "./keepalived/keepalived";
import { keepalivedaddress } from "./keepalivedaddress/keepalivedaddress";
import { keepalivedservice } from "./keepalivedservice/keepalivedservice";
import { keepalivedtable } from "./keepalivedtable/keepalivedtable";
import type { kindNames } from "./names";
import { nat } from "./nat/nat";
import { netns } from "./netns/netns";
import { realserver } from "./realserver/realserver";
import { redirect } from "./redirect/redirect";
import { service } from "./service/service";
import { servicetable } from "./servicetable/servicetable";
import { webserver } from "./webserver/webserver";

/** The comparison of a kind that leaves nothing on the machine. */
const nothing = undefined;

/**
 * All kinds of objects on a machine by name, each with its comparison. The folder NAME beside this file holds the
 * script NAME.sh that makes and removes it.
 */
export const kinds = {
  address,
  bgp,
  bgpaddress,
  bgprouter,
  bgpsession,
  director,
  firewallmark,
  keepalived,
  keepalivedaddress,
  keepalivedservice,
  keepalivedtable,
  nat,
  netns,
  proof: nothing,
  realserver,
  redirect,
  routes: nothing,
  service,
  servicetable,
  table: nothing,
  traffic: nothing,
  webserver,
} satisfies Record<(typeof kindNames)[number], Kind | undefined>;
