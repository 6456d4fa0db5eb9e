# Reads keepalived's configuration. Prints the first line that would make keepalived run or read anything but a check.
$1 ~ /^"?(notify|quorum_(up|down)|(vrrp_)?script|vrrp_track_process|include|smtp_alert)/ || /^[ \t]*\$[A-Za-z_][A-Za-z0-9_]*[ \t]*=/ ||
$1 ~ /^"?misc_path/ && !/^ *misc_path "\/[A-Za-z0-9_.\/:=,+@%-]+( [A-Za-z0-9_.\/:=,+@%-]+)*"$/ { print; exit }
