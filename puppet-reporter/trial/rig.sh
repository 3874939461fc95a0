# shellcheck shell=bash
# What the trials with a real puppetserver share: a temporary folder, free ports, programs that are ended, and puppetserver itself.
# Sourced, with `work` empty; sets `root` and `work`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
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
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
say() { printf '\n== %s\n' "$*"; }
fail() {
  echo "trial: $*" >&2
  tail -40 "$work/puppetserver.log" >&2
  exit 1
}
wait_for() { # <seconds> <what> <command...>
  local seconds=$1 what=$2
  shift 2
  for _ in $(seq "$seconds"); do
    if "$@" >/dev/null 2>&1; then return; fi
    for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || fail "a program ended before $what"; done
    sleep 1
  done
  fail "waited $seconds seconds in vain until $what"
}

# Folders and configuration of a puppetserver on $puppet_port, with our module in its code. Further lines of [server] come on standard input.
configure_puppetserver() {
  mkdir -p "$work"/{etc,code/environments/production/{manifests,modules},var,log,run,agent}
  cp -r "$root/puppet-reporter/module" "$work/code/environments/production/modules/anthracite"
  cp -r /etc/puppet/puppetserver "$work/server"
  sed -i "s#/etc/puppet/puppetserver#$work/server#; s#server-conf-dir: .*#server-conf-dir: $work/etc#
    s#server-code-dir: .*#server-code-dir: $work/code#; s#server-var-dir: .*#server-var-dir: $work/var#
    s#server-run-dir: .*#server-run-dir: $work/run#; s#server-log-dir: .*#server-log-dir: $work/log#
    s#ssl-host: .*#ssl-host: 127.0.0.1#; s#ssl-port: .*#ssl-port: $puppet_port#" "$work"/server/conf.d/*.conf
  sed -i "s#/var/log/puppetserver#$work/log#" "$work"/server/*.xml
  printf '[main]\ncertname = localhost\ncodedir = %s\n[server]\nautosign = true\n' "$work/code" >"$work/etc/puppet.conf"
  cat >>"$work/etc/puppet.conf"
}

# Starts it, and waits until it serves. Sets puppetserver_pid.
start_puppetserver() {
  (
    cd "$work"
    exec java -Xms512m -Xmx1g -Djruby.logger.class=com.puppetlabs.jruby_utils.jruby.Slf4jLogger -Dlogappender=STDOUT \
      -Djruby.lib=/usr/share/jruby/lib -jar /usr/share/puppetserver/puppetserver.jar \
      --config "$work/server/conf.d" --bootstrap-config "$work/server/services.d"
  ) >"$work/puppetserver.log" 2>&1 &
  puppetserver_pid=$!
  pids+=("$puppetserver_pid")
  wait_for 300 "puppetserver is ready" curl -sfk "https://127.0.0.1:$puppet_port/status/v1/simple"
}

# Runs an agent, which is node $1, with further flags.
agent() {
  local name=$1
  shift
  puppet agent --onetime --no-daemonize --verbose --detailed-exitcodes "$@" --color false --confdir "$work/agent/$name" \
    --vardir "$work/agent/$name/var" --server localhost --serverport "$puppet_port" --certname "$name.example.com" --waitforcert 5
}
