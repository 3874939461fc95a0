#!/usr/bin/env bash
# Puppet 8.10.0 (RubyGems; 7.23 of Debian 12 does the same).
#
# `puppet apply` makes the folders below its `vardir` that it needs. Expected: that holds for any vardir that it may write, such
# as one in memory below /dev/shm, where people put what a test or a container forgets. Seen: Puppet passes over each of its
# own files and folders whose path begins with /dev. The run applies the catalog, then says "Failed to apply catalog: ... A
# directory component in .../state/state.yaml... does not exist" and ends with exit code 1 in place of 2. The report is sent all
# the same, and says "changed".
#
# Who meets it: whoever tests manifests or report processors in a folder below /dev/shm.
set -euo pipefail
memory=$(mktemp -d /dev/shm/finding-XXXXXX)
folder=$(mktemp -d)
trap 'rm -rf "$folder" "$memory"' EXIT
cd "$folder"
gem install --silent --no-document --install-dir gems puppet --version 8.10.0 >/dev/null

run() {
  local at=$1 exit_code=0
  echo "file { '$at/made': content => 'x' }" >"$folder/site.pp"
  GEM_HOME=$folder/gems GEM_PATH=$folder/gems ruby "$folder/gems/bin/puppet" apply --detailed-exitcodes --color false \
    --confdir "$at/conf" --vardir "$at/var" --logdir "$at/log" --rundir "$at/run" --publicdir "$at/public" --reports none "$folder/site.pp" \
    >"$folder/output.txt" 2>&1 || exit_code=$?
  grep -c 'A directory component in .*state.yaml' "$folder/output.txt" >"$folder/missing.txt" || true
  echo "$exit_code, made: $([ -e "$at/made" ] && echo yes || echo no), says that a folder is missing: $(cat "$folder/missing.txt")"
}
mkdir "$folder/disk"
on_disk=$(run "$folder/disk")
in_memory=$(run "$memory")
echo "exit code below $(basename "$(dirname "$folder")"): $on_disk"
echo "exit code below /dev/shm: $in_memory"
[[ $on_disk == '2, made: yes, says that a folder is missing: 0' ]] || { echo 'changed on disk' >&2; exit 1; }
[[ $in_memory == '1, made: yes, says that a folder is missing: 1' ]] || { echo 'changed below /dev' >&2; exit 1; }
