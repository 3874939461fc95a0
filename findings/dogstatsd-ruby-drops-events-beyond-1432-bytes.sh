#!/usr/bin/env bash
# dogstatsd-ruby 5.7.1 (RubyGems), UDP, default settings.
#
# The client checks an event against 8 KB, raises beyond that, and offers `truncate_if_too_long` to cut a text to it.
# Expected: an event of 2,000 bytes is sent, and one of 10,000 with that option is sent cut to 8 KB. Seen: `event` returns
# as ever, and no datagram leaves: the buffer behind it takes 1,432 bytes, drops what is longer, and its default way of
# handling that is silence. So every event with a stack trace or a list of commits is lost. With
# `buffer_max_payload_size: 8192` both arrive.
#
# Who meets it: Ruby services that report deployments or errors as events. The receiver cannot know of the loss.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
gem install --silent --no-document --install-dir gems dogstatsd-ruby --version 5.7.1 >/dev/null
GEM_HOME=$folder/gems GEM_PATH=$folder/gems ruby - <<'RUBY'
require 'socket'
require 'datadog/statsd'
puts "dogstatsd-ruby #{Datadog::Statsd::VERSION}"
receiver = UDPSocket.new
receiver.bind('127.0.0.1', 0)

# The bytes of the event's datagram, or nil where only what was sent behind it arrives.
def sent(receiver, settings, text, options = {})
  client = Datadog::Statsd.new('127.0.0.1', receiver.addr[1], **settings)
  client.event('title', text, **options)
  client.flush(sync: true)
  client.event('last', 'one')
  client.flush(sync: true)
  client.close
  sizes = []
  loop do
    raise 'nothing arrives at all' unless receiver.wait_readable(20)
    datagram = receiver.recv(65_536)
    break if datagram.start_with?('_e{4,3}:last')
    sizes << datagram.bytesize
  end
  sizes.first
end

seen = {
  'default, 1,000 bytes' => sent(receiver, {}, 'x' * 1_000),
  'default, 2,000 bytes' => sent(receiver, {}, 'x' * 2_000),
  'default, 10,000 bytes, truncated' => sent(receiver, {}, 'x' * 10_000, truncate_if_too_long: true),
  'payload of 8,192, 2,000 bytes' => sent(receiver, { buffer_max_payload_size: 8_192 }, 'x' * 2_000),
}
seen.each { |name, bytes| puts "#{name}: #{bytes ? "datagram of #{bytes} bytes" : 'nothing'}" }
raise 'behaviour has changed' unless seen.values.map { |bytes| !bytes.nil? } == [true, false, false, true]
RUBY
