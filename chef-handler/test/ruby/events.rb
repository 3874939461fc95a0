# frozen_string_literal: true

# Reads a list of [message, options] from standard input, and prints the line of each message as JSON; null without an
# event.

require 'json'
require_relative '../../gem/lib/chef_handler/anthracite/options'
require_relative '../../gem/lib/chef_handler/anthracite/run_event'

mapping = ChefHandler::Anthracite::RunEvent
lines = JSON.parse($stdin.set_encoding('UTF-8').read).map do |message, options|
  next unless message['message_type'] == 'run_converge'

  mapped = mapping.map(message, ChefHandler::Anthracite::Options.new(options))
  line = mapped[:event] && ChefHandler::Anthracite::ChangeText.format_line(mapped[:event])
  { 'line' => line, 'run' => mapped[:run] }
end
puts JSON.generate(lines)
