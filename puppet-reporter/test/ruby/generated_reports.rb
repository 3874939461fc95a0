# frozen_string_literal: true

# Writes reports with Puppet's own classes. Their resources have hostile names, and most of them are unchanged.
# Arguments: the folder, the number of reports, and the seed.

require 'puppet'

folder, count, seed = ARGV
random = Random.new(seed.to_i)
Puppet.initialize_settings(['--confdir', folder, '--vardir', folder])

TITLES = [
  '/etc/app.conf', 'plain words here', 'with: colon', 'ends with:', '# no comment', 'a #b', 'a # b',
  "two\nlines", "tab\there", '', ' blank before', 'blank after ', '- dash', '? question', '! tag', '&anchor',
  '*alias', '%percent', '@at', '`tick', '| bar', '> fold', '{a: b}', '[x]', "it's", 'say "so"', 'back\\slash',
  'größe', 'line separator', "bell\a", 'true', 'null', '~', '12', '1.5', '12345e6', '2026-11-22', '0x1f',
  'Class[Profile::Web]', '<<', '=', 'word ' * 60, 'x' * 200, "changed: false\n    events: []",
  'resource_statuses:', "\nresource_statuses:\n  File[x]:\n", 'a,b', '/srv/{a,b}', 'key: [1, 2]',
  "\u0085next", "\u{1f600}", "quote ' and \" both", '--- doc', '...'
].freeze
TAGS = %w[
  file class node default webapp profile::web role::web role::db role role::a-b x.y z_9 true null no yes 12 a12
].freeze

pick = ->(list) { list[random.rand(list.size)] }
chance = ->(share) { random.rand < share }

status_of = lambda do |title|
  type = pick[%w[File Exec Service Package User Profile::Web]]
  events = []
  data = {
    'title' => title, 'file' => pick[['/etc/puppet/site.pp', pick[TITLES], nil]],
    'line' => pick[[random.rand(900), nil]], 'resource' => "#{type}[#{title}]", 'resource_type' => type,
    'provider_used' => pick[['posix', nil]],
    'containment_path' => ['Stage[main]', pick[TITLES], "#{type}[#{title}]"],
    'evaluation_time' => pick[[0.1, 4.0e-06, 1, nil]], 'tags' => Array.new(random.rand(6)) { pick[TAGS] }.uniq,
    'time' => '2026-11-22T07:10:14.945104738+00:00', 'failed' => false, 'failed_to_restart' => false,
    'changed' => false, 'out_of_sync' => false, 'skipped' => chance[0.05], 'change_count' => 0,
    'out_of_sync_count' => 0, 'events' => events, 'corrective_change' => false
  }
  case random.rand(20)
  when 0 then data.merge!('changed' => true, 'out_of_sync' => true, 'change_count' => 1, 'out_of_sync_count' => 1)
  when 1 then data.merge!('failed' => true, 'out_of_sync' => true, 'out_of_sync_count' => 1)
  when 2 then data['failed_to_restart'] = true
  when 3 then data['corrective_change'] = true
  end
  state = { 0 => 'success', 1 => 'failure', 2 => 'noop' }[random.rand(25)]
  if data['changed'] || data['failed'] || state
    state ||= data['failed'] ? 'failure' : 'success'
    events << { 'audited' => false, 'property' => pick[['ensure', 'content', nil]], 'previous_value' => pick[TITLES],
                'desired_value' => pick[TITLES], 'historical_value' => nil, 'message' => pick[TITLES],
                'name' => 'content_changed', 'status' => state, 'time' => '2026-11-22T07:10:15.000000001+00:00',
                'redacted' => nil, 'corrective_change' => chance[0.3] }
  end
  data
end

count.to_i.times do |number|
  Puppet[:exclude_unchanged_resources] = chance[0.2] # the default of Puppet 8
  statuses = Array.new(1 + random.rand(40)) { status_of[pick[TITLES] + (chance[0.6] ? random.rand(99).to_s : '')] }
  report = Puppet::Transaction::Report.from_data_hash(
    'host' => pick[['web01.example.com', 'db-2']], 'time' => '2026-11-22T07:10:13.000000000+00:00',
    'configuration_version' => pick[[1_795_331_413, '4f2c9d1', '12345e6', nil]], 'transaction_uuid' => 'cb8dfbd4',
    'report_format' => 12, 'puppet_version' => '7.23.0', 'status' => pick[%w[changed changed failed]],
    'transaction_completed' => chance[0.8], 'noop' => false, 'noop_pending' => chance[0.5],
    'environment' => 'production',
    'logs' => Array.new(random.rand(3)) do
      { 'level' => pick[%w[notice err]], 'message' => pick[TITLES], 'source' => 'Puppet', 'tags' => [],
        'time' => '2026-11-22T07:10:14.000000000+00:00', 'file' => nil, 'line' => nil }
    end,
    'metrics' => { 'time' => { 'name' => 'time', 'label' => 'Time', 'values' => [['total', 'Total', 1.7]] },
                   'resources' => { 'name' => 'resources', 'label' => 'Resources',
                                    'values' => [['skipped', 'Skipped', 2]] } },
    'resource_statuses' => statuses.to_h { |status| [status['resource'], status] },
    'corrective_change' => false, 'cached_catalog_status' => pick[%w[not_used on_failure]]
  )
  File.write(File.join(folder, "#{number}.yaml"), report.to_yaml)
end
