#!/usr/bin/env bash
# cloud_events 0.9.0 (RubyGems).
#
# An event's time may be given as a DateTime or a Time, the natural thing in Ruby, or as a text. Expected: the attribute
# `time` keeps the fraction, as the SDKs for JavaScript, Python, Go and Java keep it. Seen: the fraction is gone from DateTime
# and Time, in binary and structured mode (DateTime#rfc3339 writes none unless asked); a text passes as it is.
#
# Who meets it: whoever orders events by their time. A start and an end within one second become equal, and events that
# differ in their milliseconds alone become the same one for a receiver that knows repeats by content.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
gem install --silent --no-document --install-dir gems cloud_events --version 0.9.0 >/dev/null
GEM_HOME=$folder/gems GEM_PATH=$folder/gems ruby - <<'RUBY'
require 'json'
require 'cloud_events'
puts "cloud_events #{Gem.loaded_specs['cloud_events'].version}"
text = '2026-11-24T10:15:00.250+01:00'
times = { 'DateTime' => DateTime.parse(text), 'Time' => DateTime.parse(text).to_time, 'String' => text }
seen = times.to_h do |name, time|
  event = CloudEvents::Event.create(spec_version: '1.0', id: '1', source: '/shop', type: 'deploy', time: time)
  binary = CloudEvents::HttpBinding.default.encode_event(event).first['CE-time']
  structured = CloudEvents::HttpBinding.default.encode_event(event, structured_format: true).last
  [name, [binary, JSON.parse(structured)['time']]]
end
seen.each { |name, (binary, structured)| puts "#{name}: ce-time #{binary}, time #{structured}" }
fractions = seen.transform_values { |values| values.map { |value| value.include?('.25') } }
expected = { 'DateTime' => [false, false], 'Time' => [false, false], 'String' => [true, true] }
raise 'behaviour has changed' unless fractions == expected
RUBY
