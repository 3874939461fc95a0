# frozen_string_literal: true

require_relative 'change_text'
require_relative 'failure_text'
require_relative 'run_key'

module ChefHandler
  module Anthracite
    # Maps a run, in the form of Chef's data collector, to its event: time, type, tags and description. Pure; produces
    # the same bytes as chef-handler/src/run-event.ts. Reads no field that may contain a secret: no attributes, states,
    # diffs, backtraces or commands.
    class RunEvent
      # Chef's names for a missing organization.
      NO_ORGANIZATIONS = ['', 'chef_solo', 'cinc_solo', 'unknown_organization'].freeze
      MAX_WHERE_CHARS = 100
      MAX_ROLES = 16
      # The part of the digest that people usually quote.
      REVISION = /\A[A-Za-z0-9._-]{1,12}/.freeze

      # A changed resource and its actions.
      Change = Struct.new(:resource, :actions)
      # A failure: the phase of the run, the failed resource, the short and the full reason, the items of the failed
      # resource or of the phase, and the parts that are equal for equal failures.
      Failure = Struct.new(:phase, :resource, :why, :details, :items, :parts)

      # Maps a run to its :event, a hash of :time (milliseconds), :type, :tags and :description, or nil if it needs no
      # event; and to its :run, the result of the run for its host, or nil. options has the options of the mapping by
      # name, as from Options.
      def self.map(message, options)
        new(message, options).map
      end

      def initialize(message, options)
        @message = message
        @node = hash_of(message['node'])
        @resources = list_of(message['resources']).map { |resource| hash_of(resource) }
        @options = options
        @start = seconds_of(message['start_time']) || seconds_of(message['end_time'])
        @end = [seconds_of(message['end_time']) || @start, @start].compact.max
        @success = message['status'] == 'success'
      end

      def map
        return {} if @start.nil? || !name_wanted?(host, 'hosts') || !name_wanted?(environment, 'environments')

        { event: event, run: host.empty? ? nil : run }
      end

      private

      def event
        return nil unless @options['send'].include?(kind) && !(@success && changes.empty?)

        # A change must not be shown after its effects.
        { time: (@success ? @start : @end) * 1000, type: @success ? 'chef' : 'chef_failed',
          tags: tags + user_tags, description: description }
      end

      def run
        parts = failure && [text(error, 'class'), *failure.parts]
        { tool: 'chef', host: host, time: @start * 1000, failure: parts && RunKey.of(parts, host),
          tags: ChangeText.tags('host' => host, 'env' => environment,
                                'status' => changes.empty? ? 'unchanged' : 'changed', 'tool' => 'chef') + user_tags }
      end

      # A run that failed before its node was known is always reported.
      def name_wanted?(name, option)
        return true if name.empty?

        excluding, including = @options[option].partition { |pattern| pattern.start_with?('!') }
        return false if excluding.any? { |pattern| ChangeText.glob?(pattern.delete_prefix('!'), name) }

        including.empty? || including.any? { |pattern| ChangeText.glob?(pattern, name) }
      end

      def ignored?(type, reference)
        @options['ignore_resources'].any? do |pattern|
          ChangeText.glob?(pattern, pattern.include?('[') ? reference : type)
        end
      end

      def kind
        @success ? 'changed' : 'failed'
      end

      def host
        text(@message, 'node_name')
      end

      def environment
        text(@node, 'chef_environment')
      end

      # One change per resource. Chef reports each action of a resource separately, and also the resources inside a
      # custom resource.
      def changes
        @changes ||= @resources.each_with_object({}) do |resource, found|
          type = text(resource, 'type')
          reference = "#{type}[#{text(resource, 'name')}]"
          next if text(resource, 'status') != 'updated' || ignored?(type, reference)

          (found[reference] ||= Change.new(resource, [])).actions << text(resource, 'result')
        end.values
      end

      def description
        items = (failure ? failure.items : []) + describe_resources
        parts = { host: ChangeText.safe(host, ChangeText::MAX_HOST_CHARS),
                  what: failure ? summarize_failure : summarize_changes, why: failure ? failure.why : '',
                  details: failure ? failure.details : '', items: items.first(@options['max_resources']),
                  total: items.map { |item| item[:count] }.sum,
                  context: ChangeText.context(safe(environment), version, seconds_taken), link: link }
        ChangeText.change(parts, @options['max_length'])
      end

      # Without titles, many have the same text: these are counted.
      def describe_resources
        described = changes.map do |change|
          { reference: reference(change.resource), what: safe(change.actions.uniq.join('+')) }
        end
        return ChangeText.items(described) if @options['show_titles']

        described.group_by { |resource| "#{resource[:reference]} #{resource[:what]}" }.map do |text, same|
          { text: "#{text} x#{same.length}", count: same.length }
        end
      end

      def reference(resource)
        type = text(resource, 'type')
        @options['show_titles'] ? ChangeText.reference(type, text(resource, 'name')) : safe(type)
      end

      def summarize_changes
        ignored = count('failed')
        "#{changes.length} changed#{", #{ignored} failed and ignored" if ignored > 0}"
      end

      def failure
        return nil if @success

        @failure ||= failed_resource ? resource_failure(failed_resource) : early_failure
      end

      # If a nested resource fails, the outer resources fail too. The innermost comes first, and the run's message ends
      # with its message.
      def failed_resource
        failed = @resources.select do |resource|
          text(resource, 'status') == 'failed' && ![true, 'quiet'].include?(resource['ignore_failure'])
        end
        inner = failed.find do |resource|
          message = text(resource, 'error_message')
          !message.empty? && text(error, 'message').end_with?(message)
        end
        inner || failed.first
      end

      def resource_failure(resource)
        short = "#{reference(resource)} #{safe(text(resource, 'result'))}"
        message = FailureText.of(FailureText.first_line(text(resource, 'error_message')))
        parts = [short, place(resource), @options['show_titles'] ? message : '']
        Failure.new('', resource, '', '', [{ text: parts.reject(&:empty?).join(' '), count: 1, short: short }],
                    [short, RunKey.without_numbers(message)])
      end

      def early_failure
        message = FailureText.of("#{text(error, 'class')}: #{FailureText.first_line(text(error, 'message'))}")
        return explained('before its node was known', message, []) if text(@node, 'name').empty?
        if hash_of(@message['cookbooks']).empty?
          return explained('before its cookbooks were loaded', message, items_of(run_list))
        end

        started = @resources.any? { |resource| text(resource, 'status') != 'unprocessed' }
        Failure.new(started ? '' : 'before its first resource', nil, message, message, [],
                    [RunKey.without_numbers(message)])
      end

      # Before the cookbooks are loaded, the message is from an HTTP client; Chef's explanation names the cause.
      def explained(phase, message, items)
        title, heading, text = explanation
        return Failure.new(phase, nil, message, message, items, [RunKey.without_numbers(message)]) if text.empty?

        heading = FailureText.of(ChangeText.clean("#{title} #{heading}"))
        Failure.new(phase, nil, text, "#{heading} #{text}", items, [RunKey.without_numbers(text)])
      end

      # The title of Chef's description, and the heading and text of its first section.
      def explanation
        description = hash_of(error['description'])
        heading, text = hash_of(list_of(description['sections']).first).first
        text = text.is_a?(String) ? FailureText.of(ChangeText.clean(text)) : ''
        [text(description, 'title'), heading.to_s, text]
      end

      def items_of(texts)
        texts.map { |text| { text: safe(text), count: 1 } }
      end

      def summarize_failure
        counts = [[changes.length, 'changed'], [count('unprocessed'), 'not run']]
        told = counts.select { |count, _| count > 0 }.map { |count, word| "#{count} #{word}" }
        [failure.phase.empty? ? 'failed' : "failed #{failure.phase}", *told].join(', ')
      end

      def place(resource)
        names = [text(resource, 'cookbook_name'), text(resource, 'recipe_name')]
        names.first.empty? ? '' : "(#{safe(names.reject(&:empty?).join('::'))})"
      end

      # Chef's times are whole seconds.
      def seconds_taken
        seconds = @end - @start
        return '<1s' if seconds < 1

        seconds < 10 ? "#{seconds}s" : ChangeText.duration(seconds)
      end

      # The revision of the policy, or the cookbook if all described resources are from one cookbook.
      def version
        revision = text(hash_of(@node['automatic']), 'policy_revision')[REVISION]
        return revision if revision

        told = failure&.resource ? [failure.resource] : changes.map(&:resource)
        cookbooks = told.map { |resource| cookbook_of(resource) }.compact.uniq
        cookbooks.length == 1 ? ChangeText.tag_word(cookbooks.first) : ''
      end

      # A run of several cookbooks has no version, so equal changes on many hosts get the same key.
      def change_key
        parts = changes.map do |change|
          type, name = change.resource.values_at('type', 'name').map { |value| value.is_a?(String) ? value : '' }
          "#{ChangeText.reference(type, name)} #{change.actions.uniq.join('+')}"
        end
        parts.empty? ? '' : "changes-#{RunKey.of(parts, host)}"
      end

      def cookbook_of(resource)
        name = text(resource, 'cookbook_name')
        name.empty? ? nil : "#{name}@#{text(resource, 'cookbook_version')}"
      end

      def tags
        organization = text(@message, 'organization_name')
        pairs = [['host', host], ['env', environment],
                 ['version', version.empty? && @success ? change_key : version],
                 *roles.map { |role| ['role', role] },
                 ['policy', text(@message, 'policy_name')], ['policy_group', text(@message, 'policy_group')],
                 ['org', NO_ORGANIZATIONS.include?(organization) ? '' : organization],
                 ['status', kind], ['reason', @success ? '' : text(error, 'class')], %w[tool chef]]
        ChangeText.tags(pairs)
      end

      def user_tags
        ChangeText.user_tags(@options['tags'])
      end

      def roles
        run_list.map { |item| item[/\Arole\[([^\]]+)\]\z/, 1] }.compact.uniq.first(MAX_ROLES)
      end

      def run_list
        list_of(@message['run_list']).map { |item| item.is_a?(String) ? item : '' }
      end

      def link
        return '' if @options['report_url'].empty?

        ChangeText.link(@options['report_url'],
                        'h' => host, 'e' => environment, 'n' => text(@message, 'entity_uuid'),
                        'u' => text(@message, 'run_id'), 's' => kind)
      end

      def error
        hash_of(@message['error'])
      end

      def count(status)
        @resources.count { |resource| text(resource, 'status') == status }
      end

      def safe(text)
        ChangeText.safe(text, MAX_WHERE_CHARS)
      end

      def text(hash, key)
        value = hash[key]
        value.is_a?(String) ? value : ''
      end

      def hash_of(value)
        value.is_a?(Hash) ? value : {}
      end

      def list_of(value)
        value.is_a?(Array) ? value : []
      end

      # Chef and the handler write whole seconds; decimals would create two events for one run.
      def seconds_of(value)
        value.is_a?(String) ? ChangeText.time(value)&.div(1_000) : nil
      end
    end
  end
end
