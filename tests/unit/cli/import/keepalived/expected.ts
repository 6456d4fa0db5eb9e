/** What each file of files/ has, in the form of tests/support/import/read.mts. */
export const expected: Record<string, { services: string[]; omitted: string[]; notes: string[] }> =
  {
    "conditions.conf": {
      services: [
        "23 192.0.2.100:25/tcp scheduler=rr",
        '26   198.51.100.21 25 forwarding=masquerade {"type":"smtp","helo":"lb.example.org","timeout":8,"interval":20,"retries":3}',
      ],
      omitted: [
        "conditions.conf:3, 14: only for the configuration backup; main is chosen",
        "conditions.conf:6, 9, 16: only for the configuration ^main; main is chosen",
      ],
      notes: ["conditions.conf:12: priority 150: the order of directors decides here"],
    },
    "dns.conf": {
      services: [
        "1 192.0.2.53:53/udp scheduler=rr onePacket=true",
        '7   192.0.2.61 53 forwarding=gate {"type":"dns","recordType":"A","name":"example.org","timeout":5,"interval":15,"retries":3,"retryDelay":15}',
        '13   192.0.2.62 53 forwarding=gate {"type":"ping","timeout":3,"interval":15,"retries":2}',
        "20 192.0.2.53:53/tcp scheduler=rr",
        '25   192.0.2.61 53 forwarding=gate {"type":"tcp","timeout":5,"interval":15}',
      ],
      omitted: [],
      notes: [
        "dns.conf:1: no file says which interface has its address: its Vip puts it on the host's, or takes it over there",
      ],
    },
    "kinds.conf": {
      services: [
        "1 192.0.2.161:514/udp scheduler=rr alpha=true omega=true",
        '8   198.51.100.21 514 forwarding=masquerade {"type":"udp","payload":"70696e67","timeout":4,"interval":10}',
        '15   198.51.100.22 514 forwarding=masquerade {"type":"udp","payload":"70696e67","reply":"706f6e67","timeout":3,"interval":10}',
        '22   198.51.100.23 514 forwarding=masquerade {"type":"udp","requireReply":true,"timeout":5,"interval":10}',
        '27   198.51.100.24 514 forwarding=masquerade {"type":"dns","port":53,"recordType":"PTR","timeout":5,"interval":10,"retries":3,"retryDelay":10}',
      ],
      omitted: [
        "kinds.conf:12: min_reply_length: an answer may have any length",
        "kinds.conf:9: UDP_CHECK: connect_timeout of 2 s becomes 4 s",
        'kinds.conf:27: its check: recordType: "PTR" is not one of A, NS, CNAME, SOA, MX, TXT, AAAA',
      ],
      notes: [
        "kinds.conf:27: not checked: it is a member whatever happens, as /bin/true says each time",
        "kinds.conf:1: no file says which interface has its address: its Vip puts it on the host's, or takes it over there",
      ],
    },
    "includes.conf": {
      services: [
        "1 192.0.2.100:80/tcp scheduler=rr",
        '1   198.51.100.21 80 forwarding=masquerade {"type":"tcp"}',
        "1 192.0.2.100:25/tcp scheduler=rr",
        '4   198.51.100.25 25 forwarding=masquerade {"type":"tcp","timeout":3,"interval":60,"retries":3}',
      ],
      omitted: [
        "includes.conf:5: include: no file matches conf.d/none-*.conf",
        "conf.d/20-mail.part:5: TCP_CHECK: connect_timeout of 2.5 s becomes 3 s",
      ],
      notes: [
        "conf.d/10-web.conf:1: no file says which interface has its address: its Vip puts it on the host's, or takes it over there",
      ],
    },
    "ipv6.conf": {
      services: [
        '5 [2001:db8:10::100]:443/tcp scheduler=wlc persistence={"netmask":64}',
        '10   2001:db8:10::21 443 forwarding=gate {"type":"https","path":"/","status":[200,201,202,301],"digest":"9b3a0c85a887a256d6939da88aabd8cd","host":"www.example.org"}',
        "27 203.0.113.7:443/tcp scheduler=rr",
        '31   2001:db8:10::21 443 forwarding=ipip weight=5 {"type":"tcp"}',
        '37   198.51.100.21 443 forwarding=masquerade {"type":"tcp"}',
      ],
      omitted: [
        "ipv6.conf:3: scope: an address has an interface and a prefix, and no more",
        "ipv6.conf:18: regex: a check compares the status and a digest, and searches no text",
        "ipv6.conf:23: TCP_CHECK: a member has one check, its SSL_GET",
      ],
      notes: [],
    },
    "marks.conf": {
      services: [
        '1 firewall mark 4 of ipv4 scheduler=lc persistence={"timeout":360}',
        '5   198.51.100.21 0 forwarding=gate {"type":"script","command":"/usr/local/bin/check-vpn 198.51.100.21 443","timeout":5,"interval":60,"retries":0}',
        "11   198.51.100.22 0 forwarding=gate",
        '18 firewall mark 6 of ipv6 scheduler=mh schedulerFlags=["mh-fallback"]',
        '23   2001:db8:20::21 0 forwarding=ipip {"type":"tcp","port":443,"timeout":5,"interval":60}',
      ],
      omitted: [
        "marks.conf:13: misc_path: \"/usr/local/bin/check-vpn '198.51.100.22 443'\" is not a program's absolute path and plain words",
        "marks.conf:14: misc_dynamic: a script's status cannot set a weight; any status but 0 is a failure",
        "marks.conf:12: MISC_CHECK: it has no misc_path that a check can run",
        "marks.conf:5, 11: its port 443 has no effect, because packets of a firewall mark keep theirs",
      ],
      notes: [
        "marks.conf:11: not checked: it is a member whatever happens, as /bin/true says each time",
      ],
    },
    "routed.conf": {
      services: [
        '50 192.0.2.100:443/tcp scheduler=wlc persistence={"timeout":300,"netmask":"255.255.255.0"}',
        '56   192.0.2.21 443 forwarding=gate {"type":"tcp","interval":10}',
        '61   192.0.2.22 443 forwarding=gate {"type":"tcp","port":8443,"interval":10}',
        "67 192.0.2.101:443/tcp scheduler=wlc",
        '71   192.0.2.21 443 forwarding=gate {"type":"tcp","interval":10}',
      ],
      omitted: [
        "routed.conf:6: vrrp_sync_group G1: VI_WEB, VI_BACK move together there; here they move together only when a machine is gone",
        "routed.conf:22: authentication: VRRP version 3 has none; heartbeats go only between the directors",
        "routed.conf:31: track_script: a director leaves its addresses to another when it is gone or its keepalived is",
        "routed.conf:28: label: an address has an interface and a prefix, and no more",
        "routed.conf:61: its port 8443 has no effect, because forwarding gate leaves packets the service's 443",
        "routed.conf:12: vrrp_instance VI_WEB: its addresses move together there; here 192.0.2.101 are virtual routers of their own, which move together when a machine is gone",
      ],
      notes: [
        "routed.conf:4: lvs_sync_daemon: both daemons run, whoever has VI_WEB",
        "routed.conf:16: priority 150: the order of directors decides here",
        "routed.conf:39: priority 100: the order of directors decides here",
      ],
    },
    "style.conf": {
      services: ["2 192.0.2.100:80/tcp scheduler=rr", "7   198.51.100.21 80 forwarding=masquerade"],
      omitted: [
        "style.conf:9: notify_down: no script runs when something changes",
        'style.conf:12: misc_path: "/usr/local/bin/check# web" is not a program\'s absolute path and plain words',
        "style.conf:10: MISC_CHECK: it has no misc_path that a check can run",
      ],
      notes: [
        "style.conf:2: no file says which interface has its address: its Vip puts it on the host's, or takes it over there",
      ],
    },
    "turns.conf": {
      services: [
        "31 192.0.2.20:5432/tcp scheduler=rr",
        '34   198.51.100.31 5432 forwarding=masquerade {"type":"tcp"}',
        '39   198.51.100.32 5432 forwarding=masquerade weight=0 {"type":"tcp"}',
      ],
      omitted: [
        "turns.conf:15: vrrp_instance VI_B: its addresses move together there; here 2001:db8:10::20 are virtual routers of their own, which move together when a machine is gone",
      ],
      notes: [
        "turns.conf:6: priority 90: the order of directors decides here",
        "turns.conf:19: priority 110: the order of directors decides here",
        "turns.conf:2: the directors synchronise their connections over eth0",
      ],
    },
    "variables.conf": {
      services: [
        "14 192.0.2.100:80/tcp scheduler=wrr",
        '18   198.51.100.21 8080 forwarding=masquerade weight=21 {"type":"tcp"}',
        '18   198.51.100.23 8080 forwarding=masquerade weight=23 {"type":"tcp"}',
        '18   198.51.100.25 8080 forwarding=masquerade weight=25 {"type":"tcp"}',
        "30 [2001:db8:10::9]:81/tcp scheduler=wlc",
        '30   2001:db8:20::1 81 forwarding=masquerade {"type":"tcp"}',
        "30 [2001:db8:10::a]:81/tcp scheduler=wlc",
        '30   2001:db8:20::1 81 forwarding=masquerade {"type":"tcp"}',
        "30 [2001:db8:10::9]:82/tcp scheduler=wlc",
        '30   2001:db8:20::1 82 forwarding=masquerade {"type":"tcp","timeout":3}',
        "30 [2001:db8:10::a]:82/tcp scheduler=wlc",
        '30   2001:db8:20::1 82 forwarding=masquerade {"type":"tcp","timeout":3}',
      ],
      omitted: ["variables.conf:30: real_server: 198.51.100.${UNKNOWN} is not an address"],
      notes: [
        "variables.conf:14, 30: no file says which interface has its address: its Vip puts it on the host's, or takes it over there",
      ],
    },
    "web.conf": {
      services: [
        '10 192.0.2.100:80/tcp scheduler=wrr quorum=2 sorryServer={"address":"198.51.100.9","port":8080,"forwarding":"masquerade"}',
        '19   198.51.100.21 8080 forwarding=masquerade weight=3 {"type":"http","path":"/health?full=1","status":200,"host":"www.example.org","timeout":3,"interval":6,"retries":2}',
        '31   198.51.100.22 8080 forwarding=masquerade upperThreshold=900 lowerThreshold=800 inhibitOnFailure=true {"type":"http","path":"/health?full=1","status":200,"host":"www.example.org","timeout":3,"interval":6,"retries":2}',
      ],
      omitted: ["web.conf:4: notification_email: no mail is sent"],
      notes: [
        "web.conf:10: no file says which interface has its address: its Vip puts it on the host's, or takes it over there",
      ],
    },
    "wrong.conf": {
      services: [
        "7 192.0.2.100:80/tcp scheduler=best",
        "9   198.51.100.21 80 forwarding=masquerade",
        "12 192.0.2.100:81/tcp scheduler=rr quorum=9",
        '19   198.51.100.21 81 forwarding=masquerade {"type":"tcp","timeout":5,"interval":60}',
        '27   192.0.2.100 81 forwarding=masquerade {"type":"tcp","timeout":5,"interval":60}',
        "32 192.0.2.100:81/tcp scheduler=rr",
      ],
      omitted: [
        "wrong.conf:1: virtual_server: www.example.org is not an address",
        "wrong.conf:4: virtual_server: http is not a whole number from 0 to 65535",
        "wrong.conf:14: lb_kind: FNAT is none of NAT, DR and TUN",
        "wrong.conf:15: speed: import does not know this keyword",
        "wrong.conf:16: quorum: superfluous words: extra",
        "wrong.conf:17: persistence_timeout: never is not a whole number from 1 to 2678400",
        "wrong.conf:18: toString: import does not know this keyword",
        "wrong.conf:20: weight: -1 is not a whole number from 0 to 65535",
        "wrong.conf:22: connect_timeout: soon is not a time in seconds",
        "wrong.conf:25: real_server: web1 is not an address",
        'wrong.conf:7: 192.0.2.100:80/tcp: scheduler: "best" is not one of rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos',
        "wrong.conf:27: 192.0.2.100:81/tcp: 192.0.2.100: its address 192.0.2.100 is the virtual address itself",
        "wrong.conf:12: 192.0.2.100:81/tcp: quorum: 9 is above the weights of all members together, which are 1",
        "wrong.conf:32: 192.0.2.100:81/tcp: it is a service already, of wrong.conf:12:1",
      ],
      notes: [
        "wrong.conf:9: not checked: it is a member whatever happens, as /bin/true says each time",
        "wrong.conf:12: no file says which interface has its address: its Vip puts it on the host's, or takes it over there",
      ],
    },
  };
