# frozen_string_literal: true

require_relative 'change_text'

module ChefHandler
  module Anthracite
    # Makes an event of a run, described as by Chef's data collector: which type, when, with which tags, and how it is
    # told. Pure; does to the byte what chef-handler/src/run-event.ts does. Reads nothing that may hold a secret:
    # no attributes, states, diffs, backtraces or commands.
    class RunEvent
      # What Chef calls an organization where there is none.
      NO_ORGANIZATIONS = ['', 'chef_solo', 'cinc_solo', 'unknown_organization'].freeze
      MAX_ERROR_CHARS = 200
      MAX_WHERE_CHARS = 100
      MAX_ROLES = 16
      # As much of the digest as people quote.
      REVISION = /\A[A-Za-z0-9._-]{1,12}/.freeze
      PROGRAM = %r{\A[A-Za-z0-9_./-]{1,60}(?=[ \t\r\n])}.freeze

      # Values that are quoted in errors: too much goes rather than too little.
      QUOTES = [
        [/((?:Option|Property) [A-Za-z0-9_]+)'s value .*/, '\\1 has a value that it may not have'],
        [/ *You passed .*/, ''],
        [/ for (?:"|\[|\{|#<).*/, ''],
        [/(invalid value for [A-Za-z]+)\(\): .*/, '\\1()']
      ].freeze

      # A resource that has changed, and by which actions.
      Change = Struct.new(:resource, :actions)
      # What is known of a failure: where the run was, at which resource, and of what the phase was about.
      Failure = Struct.new(:phase, :resource, :message, :items)

      # The event of a run as a hash of :time (milliseconds), :type, :tags and :description; nil for a run that nobody
      # needs to hear of. options has those of the mapping by their names, as Options makes them.
      def self.of(message, options)
        new(message, options).event
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

      def event
        return nil if @start.nil? || !wanted?

        # A cause must not be drawn after its effects.
        { time: (@success ? @start : @end) * 1000, type: @success ? 'chef' : 'chef_failed',
          tags: tags + user_tags, description: description }
      end

      private

      def wanted?
        return false unless name_wanted?(host, 'hosts') && name_wanted?(environment, 'environments')

        @options['send'].include?(kind) && !(@success && changes.empty?)
      end

      # Who failed so early that it is not known where it belongs is told in any case.
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

      # One for each resource: Chef reports each action of a resource by itself, and what a custom resource is made of
      # as well.
      def changes
        @changes ||= @resources.each_with_object({}) do |resource, found|
          type = text(resource, 'type')
          reference = "#{type}[#{text(resource, 'name')}]"
          next if text(resource, 'status') != 'updated' || ignored?(type, reference)

          (found[reference] ||= Change.new(resource, [])).actions << text(resource, 'result')
        end.values
      end

      def description
        items = failure&.items || tell_resources
        parts = { host: safe(host), environment: safe(environment), version: version,
                  what: failure ? tell_failure : tell_changes, items: items.first(@options['max_resources']),
                  total: items.map { |item| item[:count] }.sum, link: link }
        ChangeText.change(parts, @options['max_length'])
      end

      # Without titles many are told by the same words: these are counted.
      def tell_resources
        told = changes.map do |change|
          { reference: reference(change.resource), what: safe(change.actions.uniq.join('+')) }
        end
        return ChangeText.items(told) if @options['show_titles']

        told.group_by { |resource| "#{resource[:reference]} #{resource[:what]}" }.map do |text, same|
          { text: "#{text} x#{same.length}", count: same.length }
        end
      end

      # A command is told by its program alone, since what follows may be a secret.
      def reference(resource)
        type = text(resource, 'type')
        name = text(resource, 'name')
        return safe(type) unless @options['show_titles']
        return ChangeText.reference(type, name) unless type == 'execute' && text(resource, 'id') == name

        program = name[PROGRAM]
        ChangeText.reference(type, program ? "#{program} ..." : '...')
      end

      def tell_changes
        ignored = count('failed')
        failed = ignored > 0 ? ", #{ignored} failed and ignored," : ''
        "#{changes.length} changed#{failed} in #{seconds_taken}"
      end

      def failure
        return nil if @success

        @failure ||= failed_resource ? Failure.new('', failed_resource, failed_message, nil) : early_failure
      end

      # Of a resource within others all have failed; the innermost comes first, and the run's message ends in its own.
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

      def failed_message
        text(failed_resource, 'error_message')
      end

      def early_failure
        message = "#{text(error, 'class')}: #{first_line(text(error, 'message'))}"
        return Failure.new('before its node was known', nil, message, []) if text(@node, 'name').empty?
        if hash_of(@message['cookbooks']).empty?
          return Failure.new('before its cookbooks were there', nil, message, items_of(run_list))
        end

        started = @resources.any? { |resource| text(resource, 'status') != 'unprocessed' }
        Failure.new(started ? '' : 'before its first resource', nil, message, nil)
      end

      def items_of(texts)
        texts.map { |text| { text: safe(text), count: 1 } }
      end

      def tell_failure
        where = failure.resource ? "in #{tell_resource(failure.resource)}" : failure.phase
        counts = [[changes.length, 'changed'], [count('unprocessed'), 'not run']]
        told = counts.select { |count, _| count > 0 }.map { |count, word| "#{count} #{word}" }
        ["failed after #{seconds_taken}#{" #{where}" unless where.empty?}",
         (": #{failure_text(failure.message)}" if @options['show_titles'] || failure.resource.nil?),
         (" - #{told.join(', ')}" unless told.empty?),
         (' - run list' unless failure.items.nil? || failure.items.empty?)].join
      end

      def tell_resource(resource)
        cookbook = text(resource, 'cookbook_name')
        place = cookbook.empty? ? '' : " (#{safe("#{cookbook}::#{text(resource, 'recipe_name')}")})"
        "#{reference(resource)} #{safe(text(resource, 'result'))}#{place}"
      end

      # What follows quotes the command and its output.
      def first_line(message)
        message.split(/[\r\n]/).find { |line| line =~ /[^ \t]/ } || 'no reason was given'
      end

      def failure_text(message)
        line = QUOTES.reduce(first_line(message)) { |text, (form, replacement)| text.sub(form, replacement) }
        ChangeText.safe(line, MAX_ERROR_CHARS)
      end

      # Chef's times are whole seconds.
      def seconds_taken
        seconds = @end - @start
        return '<1s' if seconds < 1

        seconds < 10 ? "#{seconds}s" : ChangeText.duration(seconds)
      end

      # The revision of the policy, or the cookbook when all that is told comes from one.
      def version
        revision = text(hash_of(@node['automatic']), 'policy_revision')[REVISION]
        return revision if revision

        told = failure&.resource ? [failure.resource] : changes.map(&:resource)
        cookbooks = told.map { |resource| cookbook_of(resource) }.compact.uniq
        cookbooks.length == 1 ? ChangeText.tag_word(cookbooks.first) : ''
      end

      def cookbook_of(resource)
        name = text(resource, 'cookbook_name')
        name.empty? ? nil : "#{name}@#{text(resource, 'cookbook_version')}"
      end

      def tags
        organization = text(@message, 'organization_name')
        pairs = [['host', host], ['env', environment], ['version', version],
                 *roles.map { |role| ['role', role] },
                 ['policy', text(@message, 'policy_name')], ['policy_group', text(@message, 'policy_group')],
                 ['org', NO_ORGANIZATIONS.include?(organization) ? '' : organization],
                 ['status', kind], ['reason', @success ? '' : text(error, 'class')], %w[tool chef]]
        pairs.map { |key, value| [key, ChangeText.tag_word(value)] }
             .reject { |_, word| word.empty? }.map { |key, word| "#{key}=#{word}" }
      end

      def user_tags
        @options['tags'].map { |tag| ChangeText.tag_word(tag) }.reject(&:empty?)
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

      # Chef writes whole seconds, and so does the handler: decimals would make two events of one run.
      def seconds_of(value)
        value.is_a?(String) ? ChangeText.time(value)&.div(1_000) : nil
      end
    end
  end
end
