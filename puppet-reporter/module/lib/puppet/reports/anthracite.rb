# frozen_string_literal: true

require 'puppet'

# Nothing else is loaded, and no setting read, before a report comes: what fails here would take all other report
# processors with it.
Puppet::Reports.register_report(:anthracite) do
  desc <<-DESC
    Sends what a run changed, and what failed in it, to Anthracite as an event. Runs in which nothing happened send
    nothing. Settings are in anthracite.yaml in Puppet's confdir. Waits two seconds at most; what cannot be sent
    then is kept on disk, and sent by later runs.
  DESC

  # Never raises: LoadError and the like would end the run, or the request of the agent.
  def process
    require_relative '../../puppet_x/anthracite/report_processor'
    ::PuppetX::Anthracite::ReportProcessor.process(self)
  rescue StandardError, ScriptError => e
    Puppet.err("The report for Anthracite failed: #{e.class}: #{e.message.to_s[0, 200].inspect}")
  end
end
