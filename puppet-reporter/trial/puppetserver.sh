#!/usr/bin/env bash
# Tries the report processor in a real puppetserver, with a real agent (Debian: apt install puppetserver puppet-agent).
# Everything is in a temporary folder, on free ports of loopback, and is gone at the end. Takes some minutes.
set -euo pipefail
source "$(dirname "$0")/rig.sh"

say "Anthracite, with tokens"
http_port=$(free_port)
line_port=$(free_port)
export ANTHRACITE_TOKENS="ops:admin:admin-only-0123456789 puppet:write:write-only-0123456789"
node "$root/cli/dist/src/main.js" serve --http "127.0.0.1:$http_port" --tcp "127.0.0.1:$line_port" \
  --database "$work/anthracite.db" >"$work/anthracite.out" 2>"$work/anthracite.log" &
pids+=($!)
url="http://127.0.0.1:$http_port"
ask() { curl -sS -H 'Authorization: Bearer admin-only-0123456789' "$url$1"; }
wait_for 60 "Anthracite is ready" grep -q ready "$work/anthracite.out"

say "puppetserver, with our module in its code, and the reports anthracite, http and store"
puppet_port=$(free_port)
configure_puppetserver <<CONF
reports = anthracite,http,store
reporturl = http://puppet:write-only-0123456789@127.0.0.1:$http_port/puppet/reports
CONF
printf 'url: %s\ntoken: write-only-0123456789\n' "$url" >"$work/etc/anthracite.yaml"
echo 'config_version = /bin/echo 4f2c9d1' >"$work/code/environments/production/environment.conf"
manifest="$work/code/environments/production/manifests/site.pp"
target="$work/target"
cat >"$manifest" <<PP
class role::web { file { '$target': content => "password=hunter2\n" } ~> exec { '/bin/echo reloaded': refreshonly => true } }
include role::web
PP
start_puppetserver

run_agent() { # <expected exit code> [flags...]
  local expected=$1 code=0
  shift
  agent web01 "$@" >"$work/agent.log" 2>&1 || code=$?
  if [ "$code" != "$expected" ]; then
    cat "$work/agent.log" >&2
    fail "the agent ended with $code; expected $expected"
  fi
}
count_is() { [ "$(ask '/events/raw?limit=all' | grep -c .)" = "$1" ]; }

say "a run that changes something: one event, by two ways"
run_agent 2
wait_for 60 "the event is there" count_is 1
say "somebody changes a file by hand; Puppet puts it right"
echo changed >"$target"
run_agent 2
wait_for 60 "the event is there" count_is 2
say "a run in which nothing happens"
run_agent 0
say "a catalog that does not compile; the agent applies the cached one"
echo "include nowhere" >>"$manifest"
curl -sS -k -X DELETE "https://127.0.0.1:$puppet_port/puppet-admin-api/v1/environment-cache" >/dev/null || true
run_agent 0
wait_for 60 "the event is there" count_is 3
say "the same, and the agent has no cached one to apply"
run_agent 1 --no-usecacheonfailure
wait_for 60 "the event is there" count_is 4

say "the events"
ask '/events/raw?limit=all'
ask /metrics | grep -E '^anthracite_(events_(stored|duplicate)|reports)_total'
ask '/events/raw?limit=all' | grep -q 'change=corrective' || fail "no corrective change"
ask '/events/raw?limit=all' | grep -q 'reason=cached_catalog' || fail "no cached catalog"
ask '/events/raw?limit=all' | grep -q 'reason=compile' || fail "no compile failure"
ask /metrics | grep -q '^anthracite_events_duplicate_total{door="puppet"} 4' || fail "the two ways are not one event"

say "Anthracite is away: the run goes well, the event waits"
kill "${pids[0]}"
wait "${pids[0]}" || true
sed -i '$d' "$manifest"
echo changed >"$target"
run_agent 2
ls -l "$work"/var/anthracite-spool
[ "$(ls "$work"/var/anthracite-spool/*.line | wc -l)" = 1 ] || fail "no event waits"

say "what puppetserver said of it"
grep -E -i 'anthracite|submit report' "$work/puppetserver.log" | cut -c1-300 || true
if grep -rqs hunter2 "$work/anthracite.log" "$work/var/anthracite-spool"; then fail "a secret came through"; fi
say "all well"
