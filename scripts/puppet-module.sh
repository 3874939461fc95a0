#!/usr/bin/env bash
# Builds the tarball of the Puppet module for the Forge, and prints its path: scripts/puppet-module.sh [folder]
set -euo pipefail
folder=$(realpath "${1:-.}")
cd "$(dirname "$0")/../puppet-reporter/module"
read_field() { node -p "JSON.parse(require('fs').readFileSync('metadata.json', 'utf8')).$1"; }
release="$(read_field name)-$(read_field version)"
# Reproducible: the same bytes for every user and time.
tar --create --gzip --file "$folder/$release.tar.gz" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
  --mode=u=rwX,go=rX --exclude='.*.yml' --transform "s#^\.#$release#" .
echo "$folder/$release.tar.gz"
