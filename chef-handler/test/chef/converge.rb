# frozen_string_literal: true

# Converges a run list by Chef's own client class, with the built-in Chef server in memory (as chef-client -z does),
# and prints what came of it as one line of JSON. What to do comes as JSON on standard input.
#
# Chef's command line programs are not used, so nobody is asked for a licence, and none is accepted.

require 'json'
require 'chef'
require 'chef/application'
require 'chef/local_mode'

task = JSON.parse($stdin.read)
folder = task.fetch('folder')

Chef::Config.reset
Chef::Config[:local_mode] = task.fetch('local_mode', true)
Chef::Config[:chef_repo_path] = task.fetch('repo')
Chef::Config[:chef_server_url] = task['chef_server_url'] if task['chef_server_url']
Chef::Config[:node_name] = task.fetch('node_name', 'web01.example.com')
Chef::Config[:environment] = task['environment']
Chef::Config[:cache_path] = File.join(folder, 'cache')
Chef::Config[:file_cache_path] = File.join(folder, 'cache')
Chef::Config[:file_backup_path] = File.join(folder, 'backup')
Chef::Config[:lockfile] = File.join(folder, 'lock')
Chef::Config[:chef_guid_path] = File.join(folder, 'guid')
Chef::Config[:client_key] = nil
Chef::Config[:minimal_ohai] = true
Chef::Config[:why_run] = task.fetch('why_run', false)
Chef::Config[:http_retry_count] = 0 unless Chef::Config[:local_mode]
Chef::Config[:formatters] = [[:null]]
Chef::Log.init(File.open(File.join(folder, 'chef.log'), 'a'))
Chef::Log.level = :info

if task['collector']
  Chef::Config[:data_collector][:server_url] = task['collector']['url']
  Chef::Config[:data_collector][:token] = task['collector']['token'] || 'any'
  Chef::Config[:data_collector][:organization] = task['collector']['organization'] if task['collector']['organization']
end
if task['messages']
  File.open(task['messages'], 'a').close # Chef refuses a file that is not there
  Chef::Config[:data_collector][:output_locations] = { files: [task['messages']] }
end
# As a line of client.rb would: the file is read in the Chef::Config's own context.
Chef::Config.from_string(task['client_rb'], 'client.rb') if task['client_rb']

outcome = { 'chef' => Chef::VERSION, 'handler_seconds' => 0 }
timing = Module.new do
  define_method(:run_report_safely) do |run_status|
    started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    super(run_status)
    outcome['handler_seconds'] += Process.clock_gettime(Process::CLOCK_MONOTONIC) - started
  end
end
Chef::Handler.prepend(timing)
begin
  attributes = { 'run_list' => task.fetch('run_list'), 'webapp' => { 'target' => File.join(folder, 'target') } }
  run = -> { Chef::Client.new(attributes, {}).run }
  Chef::Config[:local_mode] ? Chef::LocalMode.with_server_connectivity(&run) : run.call
  outcome['result'] = 'success'
rescue StandardError, SystemExit => e
  outcome['result'] = 'failure'
  outcome['class'] = e.class.name
end
puts JSON.generate(outcome)
