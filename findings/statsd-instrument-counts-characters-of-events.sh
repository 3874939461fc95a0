#!/usr/bin/env bash
# statsd-instrument 4.0.1 (RubyGems), its Datadog protocol.
#
# The header of an event, `_e{title,text}`, has the two lengths in bytes for Datadog's agent and its clients for Python, Go
# and Java. Expected: bytes, as the same author's wire format for metrics is plain bytes. Seen: characters. A title of 16
# characters and 19 bytes is announced with 16, so that a receiver that counts bytes finds no bar where the title should
# end, and refuses the event. It escapes no bar in the text either, so the event cannot be found by looking for bars.
# (hot-shots for Node.js counts UTF-16 units; the two agree until a character beyond the basic plane comes.)
#
# Who meets it: Ruby services whose events have any letter beyond ASCII. A receiver should try bytes, then UTF-16 units,
# then characters, and take the first that ends at a bar.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
gem install --silent --no-document --install-dir gems statsd-instrument --version 4.0.1 >/dev/null
GEM_HOME=$folder/gems GEM_PATH=$folder/gems LANG=C.UTF-8 ruby - <<'RUBY'
require 'socket'
receiver = UDPSocket.new
receiver.bind('127.0.0.1', 0)
ENV['STATSD_ADDR'] = "127.0.0.1:#{receiver.addr[1]}"
ENV['STATSD_ENV'] = 'production'
ENV['STATSD_IMPLEMENTATION'] = 'datadog'
require 'statsd-instrument'
puts "statsd-instrument #{StatsD::Instrument::VERSION}"

title, text = 'Déploiement ✔ v2', 'a|🚀'
StatsD.singleton_client.event(title, text)
raise 'nothing arrives' unless receiver.wait_readable(20)
datagram = receiver.recv(65_536).force_encoding('UTF-8')
puts datagram, "title: #{title.length} characters, #{title.bytesize} bytes; text: #{text.length} characters, #{text.bytesize} bytes"
raise 'behaviour has changed' unless datagram == "_e{16,3}:#{title}|#{text}"
RUBY
