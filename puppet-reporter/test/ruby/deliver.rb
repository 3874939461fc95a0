# frozen_string_literal: true

# Delivers lines as the processor does: {"settings", "lines"} as JSON on standard input; the outcomes, and what was
# logged, on standard output. A null line stands for a run in which nothing happened.

require 'json'

# What the processor asks Puppet for.
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
  outcomes = given['lines'].map { |line| sender.deliver(line) }
rescue StandardError => e
  Puppet.err("#{e.class}: #{e.message}")
end
puts JSON.generate('outcomes' => outcomes || [], 'log' => Puppet::LOG)
