# shellcheck shell=sh
# A separate web server beside whatever else the machine serves, with its own unit, configuration and page, in a network
# namespace if one is given. With "running no" everything is in place, but stopped.

webserver_apply() {
  webserver_desired
  read_input
  page=$INPUT
  unit=ipvs-lab-$instance.service
  web=$LIB/web/$instance
  webserver_kind "$server"
  needs systemctl
  has_apt || grep -qs '^www-data:' /etc/group ||
    fail "$(uname -n) has no user www-data, whom ipvs-lab's own web servers run as on Debian: let a server of that system's be the member"
  install_packages "$package" curl
  # A run that was cut off may have written files that the server has not read.
  changed=
  if cut_off "$instance"; then changed=yes; fi
  new=new
  [ ! -e "/etc/systemd/system/$unit" ] || new=''
  acquire "$instance" "web server $instance" "${new:-yes}"
  [ -n "$running" ] || webserver_port_free

  install -d -m 711 "$LIB/web" "$web"
  install -d -m 750 -g www-data "$web/htdocs"
  stale=$changed
  put_file "$web/htdocs/index.html" "$page" 640 www-data
  changed=$stale
  "${server}_configuration"
  put_file "$web/$server.conf" "$configuration" 600 root "$new"
  # systemd's other settings may change while a server runs; what it runs, and where, may not.
  stale=$changed
  webserver_runs_as "/etc/systemd/system/$unit" || stale=yes
  webserver_unit
  put_file "/etc/systemd/system/$unit" "$service" 644 root "$new"
  changed=$stale
  unit_loaded "$unit" || run systemctl daemon-reload
  if [ "$running" = no ]; then webserver_stopped; else webserver_started; fi
  [ "$listen" = any ] || realserver_withdraw "$instance"
  commit "$instance" "$SETTINGS" "$(sha256sum "$web/htdocs/index.html" "$web/$server.conf" "/etc/systemd/system/$unit")"
  # It may have been the other kind of server before.
  for other in apache nginx; do
    [ "$other" != "$server" ] || continue
    webserver_kind "$other"
    if [ -e "$web/$other.conf" ] || [ -e "$LIB/packages/$package/holders/$REFERENCE" ]; then
      rm -f "$web/$other.conf"
      release_packages "$purge" "$package"
    fi
  done
}

webserver_started() {
  if [ -n "$changed" ] || ! systemctl -q is-active "$unit" || ! webserver_in_namespace; then
    run systemctl restart "$unit" || {
      journalctl -q -n 20 --no-pager -o cat -u "$unit" >&2 || true
      fail "$unit does not start: see the lines above"
    }
  fi
  # A namespace does not survive a reboot, so neither does its server; other servers come back by themselves.
  if [ -z "$namespace" ]; then
    unit_at_boot "$unit"
  fi
  webserver_answers
}

webserver_stopped() {
  rm -f "/etc/systemd/system/multi-user.target.wants/$unit"
  run systemctl stop "$unit"
  say "ipvs-lab: http://$address:$port/ is stopped, as it shall be"
}

webserver_remove() {
  webserver_desired
  unit=ipvs-lab-$instance.service
  webserver_kind "$server"
  if mine "$instance"; then
    remove_units "$unit"
    run rm -rf "$LIB/web/$instance"
  fi
  release_packages "$purge" "$package" curl
  release "$instance"
}

webserver_desired() {
  server='' instance='' address='' port='' listen='' namespace='' log='' running='' purge=''
  read_desired server instance address port listen namespace log running purge
  # If packets for a virtual address come here, the server must accept them too.
  case $address in *:*) place="[$address]" ;; *) place=$address ;; esac
  if [ "$listen" = any ]; then at=''; else at=$place:; fi
}

# If a server's namespace is deleted, the server goes on in it, where nobody can reach it.
webserver_in_namespace() {
  [ -z "$namespace" ] || [ "/proc/$(systemctl show -P MainPID "$unit")/ns/net" -ef "/run/netns/$namespace" ]
}

# The package of each kind of server, and how it runs in the foreground.
webserver_kind() {
  case $1 in
    apache)
      package=apache2
      start="/usr/sbin/apache2 -DFOREGROUND -f $LIB/web/$instance/apache.conf"
      ;;
    nginx)
      package=nginx-light
      start="/usr/sbin/nginx -c $LIB/web/$instance/nginx.conf"
      ;;
    *) fail "unknown web server \"$1\"" ;;
  esac
}

# Sets "service" to the unit's text. At boot its address may come later than the server: it is started again for three
# minutes.
webserver_unit() {
  service="[Unit]
Description=ipvs-lab web server $instance
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=60

[Service]
ExecStart=$start
RuntimeDirectory=ipvs-lab-$instance
${namespace:+NetworkNamespacePath=/run/netns/$namespace}
Restart=on-failure
RestartSec=3
"
}

# webserver_runs_as FILE: true when that unit runs the same command in the same namespace as the new one.
webserver_runs_as() {
  [ -f "$1" ] || return 1
  was=
  while IFS= read -r line; do
    case $line in
      ExecStart=*) was=${line#*=} ;;
      NetworkNamespacePath=*) was="$was in ${line##*/}" ;;
    esac
  done <"$1"
  [ "$was" = "$start${namespace:+ in $namespace}" ]
}

# Sets "configuration".
apache_configuration() {
  modules=/usr/lib/apache2/modules
  configuration="ServerRoot $web
ServerName $place
Listen $at$port
PidFile /run/ipvs-lab-$instance/apache.pid
DefaultRuntimeDir /run/ipvs-lab-$instance
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule dir_module $modules/mod_dir.so
User www-data
Group www-data
StartServers 1
ErrorLog syslog
DocumentRoot $web/htdocs
DirectoryIndex index.html
ForceType \"text/html; charset=utf-8\"
ServerTokens Prod
"
  if [ "$log" = yes ]; then
    configuration="${configuration}CustomLog $web/access.log \"%h %{Host}i %>s %t\"
"
  fi
}

nginx_configuration() {
  if [ "$log" = yes ]; then
    logging="log_format ipvs_lab '\$remote_addr \$http_host \$status [\$time_local]';
  access_log $web/access.log ipvs_lab;"
  else
    logging='access_log off;'
  fi
  configuration="daemon off;
user www-data;
worker_processes 1;
pid /run/ipvs-lab-$instance/nginx.pid;
error_log syslog:server=unix:/dev/log;
events {}
http {
  $logging
  server_tokens off;
  charset utf-8;
  default_type text/html;
  server {
    listen $at$port;$(nginx_also)
    root $web/htdocs;
  }
}
"
}

# "Listen PORT" is both families to Apache, and to nginx IPv4 alone.
nginx_also() {
  if [ "$listen" = any ] && [ -e /proc/net/if_inet6 ]; then echo " listen [::]:$port;"; fi
}

# If another program has the port, the server would fail with a less helpful error.
webserver_port_free() {
  taken=$(inside ss -Hltnp "sport = :$port")
  [ -n "$taken" ] || return 0
  taken=$(printf '%s\n' "$taken" |
    awk -v a="$at$port" -v p=":$port" '$4 == a || $4 == "0.0.0.0" p || $4 == "*" p || a == substr(p, 2) { print $4, $6; exit }')
  [ -z "$taken" ] || systemctl -q is-active "$unit" || fail "$at$port on $(uname -n) is taken by $taken: stop that, or choose another port"
}

webserver_answers() {
  # Both kinds of servers write this file once they listen. Looking for it costs less than asking in vain.
  tries=0
  while [ ! -s "/run/ipvs-lab-$instance/$server.pid" ] && [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  tries=0
  # Without .curlrc and the proxies of the machine's environment.
  until status=$(inside curl -q -s -o /dev/null --noproxy '*' --max-time 5 -w '%{http_code}' "http://$place:$port/") && [ "$status" = 200 ]; do
    tries=$((tries + 1))
    case $status in
      '' | 000) why="nothing answers at http://$place:$port/" ;;
      *) why="http://$place:$port/ answers with status $status" ;;
    esac
    [ "$tries" -lt 40 ] || fail "$unit runs, but $why"
    sleep 0.25
  done
  say "ipvs-lab: http://$place:$port/ answers"
}
