# frozen_string_literal: true

# Prints the line of each message on standard input, a list of [message, options], as JSON; null where there is none.

require 'json'
require_relative '../../gem/lib/chef_handler/anthracite/options'
require_relative '../../gem/lib/chef_handler/anthracite/run_event'

mapping = ChefHandler::Anthracite::RunEvent
lines = JSON.parse($stdin.set_encoding('UTF-8').read).map do |message, options|
  next unless message['message_type'] == 'run_converge'

  event = mapping.of(message, ChefHandler::Anthracite::Options.new(options))
  event && ChefHandler::Anthracite::ChangeText.format_line(event)
end
puts JSON.generate(lines)
