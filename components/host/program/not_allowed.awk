# Reads keepalived's configuration. Prints the first line by which keepalived would run or read something else than a check.
$1 ~ /^"?(notify|quorum_(up|down)|(vrrp_)?script|vrrp_track_process|include|smtp_alert)/ || /^[ \t]*\$[A-Za-z_][A-Za-z0-9_]*[ \t]*=/ ||
$1 ~ /^"?misc_path/ && !/^ *misc_path "\/[A-Za-z0-9_.\/:=,+@%-]+( [A-Za-z0-9_.\/:=,+@%-]+)*"$/ { print; exit }
