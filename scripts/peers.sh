#!/usr/bin/env bash
# Installs the programs that Anthracite is tested and measured with from Debian, and Chef's library from RubyGems.
# Skips installed programs.
set -euo pipefail

# program or file that shows that it is installed : package
peers=(
  python3:python3
  # Several netcats: tests call each by its own name.
  nc.openbsd:netcat-openbsd
  nc.traditional:netcat-traditional
  ncat:ncat
  busybox:busybox
  socat:socat
  /usr/sbin/rsyslogd:rsyslog
  perl:perl
  zsh:zsh
  fish:fish
  script:bsdutils
  chromium:chromium
  chromium-headless-shell:chromium-headless-shell
  /usr/share/fonts/truetype/dejavu:fonts-dejavu-core
  /usr/share/fonts/truetype/liberation:fonts-liberation
  /usr/share/fonts/truetype/noto:fonts-noto-core
  strace:strace
  curl:curl
  sqlite3:sqlite3
  xmllint:libxml2-utils
  influxd:influxdb
  gunicorn:gunicorn
  graphite-manage:graphite-web
  ruby:ruby
  rubocop:rubocop
  puppet:puppet-agent
  puppet-lint:puppet-lint
  r10k:r10k
  jruby:jruby
  /usr/sbin/nginx:nginx-light
  /usr/lib/nginx/modules/ngx_stream_module.so:libnginx-mod-stream
  /usr/sbin/haproxy:haproxy
  /usr/lib/postgresql/15/bin/postgres:postgresql-15
  systemd-analyze:systemd
  systemd-socket-activate:systemd
  # Senders of alerts.
  promtool:prometheus
  amtool:prometheus-alertmanager
  /usr/sbin/collectd:collectd-core
  nagios4:nagios4-core
  icinga2:icinga2-bin
  monit:monit
  # Readers of our files.
  jq:jq
  mlr:miller
  soffice:libreoffice-calc-nogui
  khal:khal
  /usr/lib/python3/dist-packages/icalendar:python3-icalendar
  /usr/lib/python3/dist-packages/feedparser:python3-feedparser
  /usr/lib/python3/dist-packages/pandas:python3-pandas
)

# Chef's library (Apache 2.0), in a separate folder. Its command line programs are in other gems and are not used: they
# require a licence that each user must accept.
chef_version=18.8.11
chef_home=${XDG_CACHE_HOME:-$HOME/.cache}/anthracite-peers/chef
has_chef() { [ -f "$chef_home/specifications/chef-$chef_version.gemspec" ]; }

# A program, or a folder of fonts.
is_there() { command -v "$1" >/dev/null || [ -d "$1" ]; }

# Runs a command that fetches packages; again after a pause, twice at most, since a network can fail for a moment.
fetch() {
  for pause in 5 20; do
    "$@" && return
    echo "peers: $1 failed; again in $pause s ..." >&2
    sleep "$pause"
  done
  "$@"
}

missing=()
for peer in "${peers[@]}"; do
  is_there "${peer%%:*}" || missing+=("${peer##*:}")
done
if ! has_chef; then
  # Some required gems are written in C.
  for package in ruby-dev make gcc g++; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
fi

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  echo "peers: installing ${missing[*]} ..." >&2
  export DEBIAN_FRONTEND=noninteractive
  fetch "${as_root[@]}" apt-get update -qq
  fetch "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! has_chef; then
  echo "peers: installing Chef's library (it takes two minutes) ..." >&2
  fetch env GEM_HOME="$chef_home" GEM_PATH="$chef_home" gem install chef --version "$chef_version" \
    --install-dir "$chef_home" --no-document --silent
fi
