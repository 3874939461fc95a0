#!/usr/bin/env bash
# Installs the real programs that Anthracite is tested and measured against, from Debian. Does nothing where they are.
set -euo pipefail

# program or file that shows it is there : package
peers=(
  python3:python3
  nc.openbsd:netcat-openbsd
  zsh:zsh
  fish:fish
  script:bsdutils
  strace:strace
  curl:curl
  sqlite3:sqlite3
  xmllint:libxml2-utils
  influxd:influxdb
  gunicorn:gunicorn
  graphite-manage:graphite-web
)

missing=()
for peer in "${peers[@]}"; do
  command -v "${peer%%:*}" >/dev/null || missing+=("${peer##*:}")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
echo "peers: installing ${missing[*]} ..." >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
