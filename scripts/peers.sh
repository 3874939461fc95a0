#!/usr/bin/env bash
# Installs the real programs that Anthracite is tested and measured against, from Debian, and Chef's library, from RubyGems.
# Does nothing where they are.
set -euo pipefail

# program or file that shows it is there : package
peers=(
  python3:python3
  nc.openbsd:netcat-openbsd
  zsh:zsh
  fish:fish
  script:bsdutils
  chromium:chromium
  chromium-headless-shell:chromium-headless-shell
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
  jruby:jruby
  /usr/sbin/nginx:nginx-light
  /usr/sbin/haproxy:haproxy
)

# Chef's library (Apache 2.0), in a folder of its own. Its command line programs are in other gems, and are not used: they
# ask for a licence that nobody may accept for somebody else.
chef_version=18.8.11
chef_home=${XDG_CACHE_HOME:-$HOME/.cache}/anthracite-peers/chef
has_chef() { [ -f "$chef_home/specifications/chef-$chef_version.gemspec" ]; }

missing=()
for peer in "${peers[@]}"; do
  command -v "${peer%%:*}" >/dev/null || missing+=("${peer##*:}")
done
if ! has_chef; then
  # Some of the gems that it needs are written in C.
  for package in ruby-dev make gcc g++; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
fi

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  echo "peers: installing ${missing[*]} ..." >&2
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! has_chef; then
  echo "peers: installing Chef's library (it takes two minutes) ..." >&2
  GEM_HOME=$chef_home GEM_PATH=$chef_home gem install chef --version "$chef_version" \
    --install-dir "$chef_home" --no-document --silent
fi
