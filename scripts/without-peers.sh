#!/usr/bin/env bash
# Runs a command as on a new machine: only Node, npm, a compiler, python3 and a few basic programs are found, and none of the
# peers that scripts/peers.sh installs. Usage: bash scripts/without-peers.sh npm test
set -euo pipefail

programs=(
  node npm npx sh env
  basename cat chmod cp cut date dirname echo expr false head id ln ls mkdir mkfifo mktemp mv printf pwd readlink rm rmdir sleep
  sort stat tail test touch tr true uname wc
  find grep gzip mount sed tar umount xargs
  ar as c++ cc cpp g++ gcc ld make nm python3 ranlib strip
)

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin"
for program in "${programs[@]}"; do
  path=$(type -P "$program") || continue
  ln -s "$path" "$folder/bin/$program"
done
# Version managers replace it by a bash script.
if python=$(python3 -c 'import sys; print(sys.executable)'); then ln -sf "$python" "$folder/bin/python3"; fi

# Chef's library is in the cache.
PATH=$folder/bin XDG_CACHE_HOME=$folder/cache "$@"
