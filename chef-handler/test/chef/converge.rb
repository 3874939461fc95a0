# frozen_string_literal: true

# Converges run lists with Chef's client class and its in-memory Chef server, like chef-client -z. Each line of input is
# one task as JSON. Each run is a process that is forked from this one, because Chef takes longer to load than to run.
# The outcome is printed as a line of JSON with the id of the task; Chef's own output is in the file "output" of the
# task's folder.
#
# Chef's command line programs are not used, so no license has to be accepted.

require 'json'
require 'chef'
require 'chef/application'
require 'chef/local_mode'

def configure(task)
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

  if (given = task['collector'])
    collector = Chef::Config[:data_collector]
    collector[:server_url] = given['url']
    collector[:token] = given['token'] || 'any'
    collector[:organization] = given['organization'] if given['organization']
  end
  if task['messages']
    File.open(task['messages'], 'a').close # Chef requires an existing file
    Chef::Config[:data_collector][:output_locations] = { files: [task['messages']] }
  end
  # Like a line of client.rb, which is evaluated in the context of Chef::Config.
  Chef::Config.from_string(task['client_rb'], 'client.rb') if task['client_rb']
end

def converge(task)
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
    target = File.join(task.fetch('folder'), 'target')
    attributes = { 'run_list' => task.fetch('run_list'), 'webapp' => { 'target' => target } }
    run = -> { Chef::Client.new(attributes, {}).run }
    Chef::Config[:local_mode] ? Chef::LocalMode.with_server_connectivity(&run) : run.call
    outcome['result'] = 'success'
  rescue StandardError, SystemExit => e
    outcome['result'] = 'failure'
    outcome['class'] = e.class.name
  end
  outcome
end

# Sets up the forked process like a new process with these variables and this output.
def settle(task)
  ENV.replace(task.fetch('env'))
  Gem.paths = ENV.slice('GEM_HOME', 'GEM_PATH')
  $stdin.reopen(File::NULL)
  $stdout.reopen(File.join(task.fetch('folder'), 'output'), 'w')
  $stderr.reopen($stdout)
end

$stdout.sync = true
waiting = $stdin.each_line.map do |line|
  task = JSON.parse(line)
  answer, write = IO.pipe
  pid = fork do
    answer.close
    settle(task)
    configure(task)
    outcome = converge(task)
    write.puts(JSON.generate(outcome))
    write.close
  end
  write.close
  Thread.new do
    outcome = answer.read
    Process.wait(pid)
    puts JSON.generate('id' => task.fetch('id'), 'outcome' => outcome.empty? ? nil : JSON.parse(outcome))
  end
end
waiting.each(&:join)
