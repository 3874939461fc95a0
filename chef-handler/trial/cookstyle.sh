#!/usr/bin/env bash
# Holds the cookbook to Chef's own style, by cookstyle from RubyGems, which it installs into a temporary folder. Takes a minute.
set -euo pipefail
cd "$(dirname "$0")/../cookbook/anthracite_handler"
GEM_HOME=$(mktemp -d)
export GEM_HOME GEM_PATH=$GEM_HOME
trap 'rm -rf "$GEM_HOME"' EXIT
gem install cookstyle --no-document --silent
"$GEM_HOME/bin/cookstyle" --cache false .
