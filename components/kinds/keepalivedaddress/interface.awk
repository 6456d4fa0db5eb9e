# Reads keepalived's configuration. Prints it with the interface DEVICE by its name NAME.
{ end = length($0) - length(ENVIRON["DEVICE"]) }
NF > 1 && ($1 == "interface" || $(NF - 1) == "dev") { if (substr($0, end + 1) == ENVIRON["DEVICE"]) $0 = substr($0, 1, end) ENVIRON["NAME"] }
{ print }
