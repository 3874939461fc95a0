# frozen_string_literal: true

require 'puppet'

# Loads no other code and reads no settings before the first report, because an error here would disable all other
# report processors.
Puppet::Reports.register_report(:anthracite) do
  desc <<-DESC
    Sends the changes and failures of a run to Anthracite as an event. Runs without changes send nothing. Settings
    are in anthracite.yaml in Puppet's confdir. Waits at most two seconds; events that cannot be sent are kept on
    disk, and later runs send them.
  DESC

  # Never raises: an error such as LoadError would end the run, or the request of the agent.
  def process
    require_relative '../../puppet_x/anthracite/report_processor'
    ::PuppetX::Anthracite::ReportProcessor.process(self)
  rescue StandardError, ScriptError => e
    Puppet.err("The report for Anthracite failed: #{e.class}: #{e.message.to_s[0, 200].inspect}")
  end
end
