#!/usr/bin/env bash
# Ruby's YAML writer, psych 4.0.3 (with Ruby 3.1 of Debian 12) and 5.5.0, read by yaml 2.9.1 and js-yaml 5.5.0 (npm).
#
# An abbreviated commit id may consist of digits and one `e`: 9301e27. Expected: a YAML writer puts a text in quotes when it
# reads as a number, so that every reader gets a text. Seen: psych quotes '1.5', '017', '0x1f' and '1_000', but leaves 9301e27
# bare, since its own reader wants a dot in a number; readers that follow YAML 1.2 make the number 9.301e+30 of it.
#
# Who meets it: whoever reads the reports of Puppet outside Ruby. `config_version` is mostly a commit id, and of those with
# seven characters about one in fifty has this form: the version of that deployment is lost.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund yaml@2.9.1 js-yaml@5.5.0 >/dev/null
gem install --silent --no-document --install-dir gems psych --version 5.5.0 >/dev/null

program='puts Psych::VERSION; print({ "config_version" => "9301e27", "dotted" => "1.5" }.to_yaml)'
ruby -ryaml -e "$program" >bundled.txt
GEM_HOME=$folder/gems GEM_PATH=$folder/gems ruby -e 'gem "psych", "5.5.0"; require "psych"; require "yaml"' -e "$program" >newest.txt
for text in bundled.txt newest.txt; do
  cat "$text"
  tail -n +2 "$text" >report.yaml
  node --input-type=module -e "
    import { readFileSync } from 'node:fs';
    import { parse } from 'yaml';
    import { load } from 'js-yaml';
    const text = readFileSync('report.yaml', 'utf8');
    for (const [name, value] of [['yaml', parse(text)], ['js-yaml', load(text)]]) {
      console.log(name, value);
      if (value.config_version !== 9301e27) throw new Error(name + ' reads the commit id as a text now');
      if (value.dotted !== '1.5') throw new Error('psych does not quote 1.5 any more');
    }"
done
