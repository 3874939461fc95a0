# frozen_string_literal: true

# Follows runs: reads a JSON array with one array of {"run", "event", "now"} per host from standard input, and prints
# the lines of their events.

require 'json'
require_relative '../../module/lib/puppet_x/anthracite/run_history'

symbols = ->(hash) { hash&.transform_keys(&:to_sym) }
lines = JSON.parse($stdin.set_encoding('UTF-8').read).map do |runs|
  state = nil
  runs.map do |entry|
    state, events = PuppetX::Anthracite::RunHistory.follow(state, symbols.call(entry['run']),
                                                           symbols.call(entry['event']), entry['now'])
    state &&= JSON.parse(JSON.generate(state))
    { 'lines' => events.map { |event| PuppetX::Anthracite::ChangeText.format_line(event) }, 'state' => state }
  end
end
puts JSON.generate(lines)
