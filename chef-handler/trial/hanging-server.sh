#!/usr/bin/env bash
# Measures how long runs of Chef's own client class take while the Anthracite server hangs (SIGSTOP), by each way to report. Needs
# Chef's library, which scripts/peers.sh installs. Everything is temporary and on free ports of loopback.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
chef_home=${XDG_CACHE_HOME:-$HOME/.cache}/anthracite-peers/chef
# A run that has not ended by then is counted as hanging.
patience=${PATIENCE:-60}
work=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do
    kill -CONT "$pid" 2>/dev/null || true
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT
start() { # <name> <program and arguments...>: sets port to that of its ready line
  local name=$1
  shift
  node "$@" >"$work/$name.out" 2>"$work/$name.log" &
  pids+=($!)
  for _ in $(seq 300); do
    if grep -q 'is ready' "$work/$name.out"; then break; fi
    sleep 0.2
  done
  port=$(grep -oE '(HTTP|messages) on [^ ,]+:[0-9]+' "$work/$name.out" | head -1 | grep -oE '[0-9]+$')
}
start server "$root/cli/dist/src/main.js" serve --http 127.0.0.1:0 --tcp 127.0.0.1:0 --database "$work/anthracite.db"
server_pid=${pids[0]}
http_port=$port
line_port=$(grep -oE 'lines on [^ ,]+:[0-9]+' "$work/server.out" | grep -oE '[0-9]+$')
start bridge "$root/chef-handler/dist/src/bridge/main.js" listen 127.0.0.1:0 --tcp "127.0.0.1:$line_port" --spool "$work/spool"
bridge_port=$port

run() { # <extra fields of the task>: prints the seconds of a run
  local folder code=0 begin task
  folder=$(mktemp -d "$work/run-XXXXXX")
  cp -r "$root/chef-handler/test/chef/repo" "$folder/repo"
  mkdir "$folder/target"
  task=$(ruby -rjson -e 'puts JSON.generate({id: 1, folder: ARGV[0], repo: ARGV[0] + "/repo", run_list: ["role[web]"], environment: "production",
    env: ENV.to_h}.merge(JSON.parse(ARGV[1])))' "$folder" "$1")
  begin=$EPOCHREALTIME
  echo "$task" | GEM_HOME=$chef_home GEM_PATH=$chef_home timeout "$patience" ruby "$root/chef-handler/test/chef/converge.rb" >"$folder/outcome" 2>"$folder/errors" || code=$?
  if [ "$code" = 124 ]; then
    local begun='not begun'
    if [ -n "$(ls -A "$folder/target")" ]; then begun='begun'; fi
    printf 'more than %s s (%s)' "$patience" "$begun"
  else
    grep -q '"result":"success"' "$folder/outcome" || cat "$folder/outcome" "$folder/errors" >&2
    ruby -e 'printf "%.1f s", ARGV[1].to_f - ARGV[0].to_f' "$begin" "$EPOCHREALTIME"
  fi
}
measure() { # <name> <extra fields of the task>
  local well hangs
  well=$(run "$2")
  kill -STOP "$server_pid"
  hangs=$(run "$2")
  kill -CONT "$server_pid"
  printf '%-48s well: %s   hanging: %s\n' "$1" "$well" "$hangs"
}
handler="require '$root/chef-handler/gem/lib/chef-handler-anthracite'
handler = Chef::Handler::Anthracite.new(url: 'http://127.0.0.1:$http_port')
report_handlers << handler
exception_handlers << handler"
as_json() { ruby -rjson -e 'puts JSON.generate(ARGV[0] => JSON.parse(ARGV[1]))' "$1" "$2"; }
collector=$(as_json collector "{\"url\":\"http://127.0.0.1:$http_port/chef/data-collector\"}")
measure 'no report to Anthracite' '{}'
measure 'handler' "$(ruby -rjson -e 'puts JSON.generate(client_rb: ARGV[0])' "$handler")"
measure 'data collector to the bridge on loopback' "$(as_json collector "{\"url\":\"http://127.0.0.1:$bridge_port/\"}")"
measure 'data collector to the server' "$collector"
measure 'the same, rest_timeout 1 and http_retry_count 0' "$(ruby -rjson -e 'puts JSON.generate(JSON.parse(ARGV[0]).merge("client_rb" => "rest_timeout 1\nhttp_retry_count 0"))' "$collector")"
