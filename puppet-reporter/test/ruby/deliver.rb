# frozen_string_literal: true

# Delivers lines like the report processor: reads {"settings", "lines"} as JSON from standard input, and prints the
# outcomes and the log. A null line means an unchanged run.

require 'json'

# The parts of Puppet that the report processor uses.
module Puppet
  LOG = [] # rubocop:disable Style/MutableConstant

  def self.warning(text)
    LOG << "warning: #{text}"
  end

  def self.err(text)
    LOG << "err: #{text}"
  end
end

require_relative '../../module/lib/puppet_x/anthracite/report_processor'

given = JSON.parse($stdin.set_encoding('UTF-8').read)
begin
  settings = PuppetX::Anthracite::Settings.from(given['settings'])
  sender = PuppetX::Anthracite::ReportProcessor.sender(settings)
  outcomes = given['lines'].map { |line| sender.deliver([line].compact) }
rescue StandardError => e
  Puppet.err("#{e.class}: #{e.message}")
end
puts JSON.generate('outcomes' => outcomes || [], 'log' => Puppet::LOG)
