#!/usr/bin/env bash
# Measures how long the runs of two agents of a real puppetserver take while the Anthracite server hangs (SIGSTOP), by each way to
# report (Debian: apt install puppetserver puppet-agent). Everything is temporary and on free ports of loopback. Takes some minutes.
set -euo pipefail
source "$(dirname "$0")/rig.sh"
# A run that has not ended by then is counted as hanging; the server goes on, so that it can end.
patience=${PATIENCE:-60}

http_port=$(free_port)
line_port=$(free_port)
bridge_port=$(free_port)
puppet_port=$(free_port)
node "$root/cli/dist/src/main.js" serve --http "127.0.0.1:$http_port" --tcp "127.0.0.1:$line_port" \
  --database "$work/anthracite.db" >"$work/anthracite.out" 2>"$work/anthracite.log" &
server_pid=$!
pids+=("$server_pid")
node "$root/puppet-reporter/dist/src/bridge/main.js" listen "127.0.0.1:$bridge_port" --tcp "127.0.0.1:$line_port" \
  --spool "$work/spool" >"$work/bridge.out" 2>"$work/bridge.log" &
pids+=($!)
wait_for 60 "Anthracite is ready" grep -q ready "$work/anthracite.out"
wait_for 60 "the bridge is ready" grep -q ready "$work/bridge.out"
configure_puppetserver </dev/null
echo "exec { '/bin/true': }" >"$work/code/environments/production/manifests/site.pp"
printf 'url: http://127.0.0.1:%s\n' "$http_port" >"$work/etc/anthracite.yaml"
cp "$work/etc/puppet.conf" "$work/base.conf"
cp -r "$work/server/conf.d" "$work/base.d"

seconds_of() { # <file> <agent>: runs the agent and writes its seconds
  local begin=$EPOCHREALTIME code=0
  agent "$2" >"$work/$2.log" 2>&1 || code=$?
  [ "$code" = 2 ] || [ "$code" = 0 ] || echo "trial: agent $2 ended with $code" >&2
  python3 -c "print('%.1f' % ($EPOCHREALTIME - $begin))" >"$1"
}

both_agents() { # the second starts a second after the first; prints their seconds
  rm -f "$work"/seconds.*
  seconds_of "$work/seconds.web01" web01 &
  local first=$!
  sleep 1
  seconds_of "$work/seconds.web02" web02 &
  local second=$!
  for _ in $(seq "$patience"); do
    if [ -e "$work/seconds.web01" ] && [ -e "$work/seconds.web02" ]; then break; fi
    sleep 1
  done
  local hung=()
  for name in web01 web02; do [ -e "$work/seconds.$name" ] || hung+=("$name"); done
  kill -CONT "$server_pid"
  wait "$first" "$second"
  for name in web01 web02; do
    if [[ " ${hung[*]} " == *" $name "* ]]; then printf ' more than %s s' "$patience"; else printf ' %s s' "$(cat "$work/seconds.$name")"; fi
  done
}

measure() { # <name> <lines of puppet.conf>
  cp "$work/base.conf" "$work/etc/puppet.conf"
  printf '%b' "$2" >>"$work/etc/puppet.conf"
  start_puppetserver
  both_agents >/dev/null # certificates, caches
  local well hangs
  well=$(both_agents)
  kill -STOP "$server_pid"
  hangs=$(both_agents)
  printf '%-52s well:%s   hanging:%s\n' "$1" "$well" "$hangs"
  kill "$puppetserver_pid"
  wait "$puppetserver_pid" 2>/dev/null || true
  unset 'pids[-1]'
}

say "seconds of the runs of two agents, the server well and hanging"
measure 'no report to Anthracite' 'reports = store\n'
measure 'report processor anthracite' 'reports = store,anthracite\n'
measure 'http to the bridge on loopback' "reports = store,http\nreporturl = http://127.0.0.1:$bridge_port/\n"
measure 'http to the server' "reports = store,http\nreporturl = http://127.0.0.1:$http_port/puppet/reports\n"
# puppetserver's own client goes by the settings of puppetserver, not by those of puppet.conf.
printf 'http-client: {\n  connect-timeout-milliseconds: 1000\n  idle-timeout-milliseconds: 1000\n}\n' >"$work/server/conf.d/http-client.conf"
measure 'http to the server, idle-timeout-milliseconds: 1000' "reports = store,http\nreporturl = http://127.0.0.1:$http_port/puppet/reports\n"
count_events() { curl -sS "http://127.0.0.1:$http_port/events/raw?limit=all" | grep -c .; }
has_events() { [ "$(count_events)" -gt 0 ]; }
wait_for 60 "events are there" has_events
say "events"
count_events
