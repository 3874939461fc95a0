# frozen_string_literal: true

require_relative 'change_text'
require_relative 'run_report'

module PuppetX
  module Anthracite
    # From a report to its event, or to none: to the byte what puppet-reporter/src/mapping.ts does. Pure.
    class ReportMapping
      MAX_NAME_CHARS = 200
      MAX_REASON_CHARS = 300
      MAX_FAILURE_CHARS = 160
      MAX_PLACE_CHARS = 80
      MAX_WORDS = 4
      # So many resources are looked at for runs of numbered ones; the others are counted.
      MAX_CONSIDERED = 1_000
      INTERRUPTED = /\ACaught (?:TERM|INT|HUP|QUIT)\b/.freeze
      OUTCOMES = { 'puppet' => 'changed', 'puppet_failed' => 'failed', 'puppet_noop' => 'noop' }.freeze

      # What Puppet quotes without escaping, and what stands in its place: too much goes rather than too little.
      QUOTES = [
        [/\Achange from .* failed: /, ''],
        [/\Achange from .*\z/, 'failed'],
        [/\ACould not set '.*' on ([a-z_]+)/, 'Could not set \1'],
        [/\ACould not set '.*\z/, 'Could not set a property'],
        [/(?:Execution of )?'.*' returned ([0-9]+)/, 'returned \1'],
        [/Invalid value (?:'.*'|".*")/, 'Invalid value'],
        [/ got (?:'.*'|".*")/, ' got another value']
      ].freeze
      CATALOG_PREFIXES = /\A(?:(?:Could\ not\ retrieve\ catalog\ from\ remote\ server|Error\ [0-9]+\ on\ SERVER
                          |Server\ Error|Could\ not\ compile\ catalog|Failed\ to\ apply\ catalog):\ )+/x.freeze

      Verdict = Struct.new(:type, :reason, :what, :items, :total, :time, :changed)

      # options has the mapping options by their names, as Settings makes them.
      def initialize(options)
        @options = options
      end

      # The event of a report (plain data), with :time in milliseconds, :type, :tags and :description; or nil.
      def event(data)
        @report = RunReport.read(data)
        return nil if @report.nil? || !wanted?(@report.host, 'hosts') || !wanted?(@report.environment, 'environments')

        verdict = judge
        return nil if verdict.nil? || !@options['send'].include?(OUTCOMES[verdict.type])

        time = verdict.time || end_of_run
        { time: time, type: verdict.type, tags: tags(verdict), description: description(verdict) } if time
      end

      private

      def wanted?(name, option)
        excluding, including = @options[option].partition { |pattern| pattern.start_with?('!') }
        return false if excluding.any? { |pattern| ChangeText.glob?(pattern.delete_prefix('!'), name) }

        including.empty? || including.any? { |pattern| ChangeText.glob?(pattern, name) }
      end

      def counts?(resource)
        @options['ignore_resources'].none? do |pattern|
          name = pattern.include?('[') ? "#{resource.type}[#{resource.title}]" : resource.type
          ChangeText.glob?(pattern, name)
        end
      end

      def judge
        changed = @report.resources.select { |resource| resource.changed && !resource.failed && counts?(resource) }
        failed = @report.resources.select(&:failed)
        return judge_cached_catalog(changed, failed) if @report.cached_catalog_status == 'on_failure'
        return judge_failure(changed, failed) if @report.status == 'failed'
        return judge_change(changed) unless changed.empty?

        judge_noop if @report.noop_pending
      end

      def judge_change(changed)
        what = "#{changed.length} changed#{corrective_note(changed)}#{after}"
        Verdict.new('puppet', '', what, list([], changed), changed.length, first_time(changed, 'success'), changed)
      end

      def judge_cached_catalog(changed, failed)
        applied = []
        applied << "#{failed.length} failed" unless failed.empty?
        applied << (changed.empty? ? 'nothing changed' : "#{changed.length} changed")
        log = first_error
        what = "catalog failed, applied cached catalog (#{applied.join(', ')})#{reason_of(log)}"
        Verdict.new('puppet_failed', 'cached_catalog', what, list(failed, changed), failed.length + changed.length,
                    log&.time || first_time(changed, 'success'), changed)
      end

      def judge_failure(changed, failed)
        also = changed.empty? ? '' : ", #{changed.length} changed"
        reason, what, time = failure(failed, also)
        Verdict.new('puppet_failed', reason, what, list(failed, changed), failed.length + changed.length, time, changed)
      end

      def failure(failed, also)
        stop = @report.logs.find { |log| INTERRUPTED.match?(log.message) }
        return interruption(stop, also) if stop && !@report.completed
        return resource_failure(failed, also) unless failed.empty?

        log = first_error
        of_catalog = !@report.completed && @report.resources.empty? &&
                     (log ? log.message : '').match?(/catalog|Evaluation Error|Syntax error/)
        [of_catalog ? 'compile' : 'run', "#{of_catalog ? 'catalog' : 'run'} failed#{also}#{reason_of(log)}",
         log&.time]
      end

      def interruption(stop, also)
        seconds = @report.total_seconds || seconds_between(@report.time, stop.time)
        took = seconds.nil? ? '' : " after #{ChangeText.duration(seconds)}"
        ['interrupted', "run interrupted#{took} (#{ChangeText.safe(stop.message, MAX_NAME_CHARS)})#{also}", stop.time]
      end

      def resource_failure(failed, also)
        skipped = @report.skipped > 0 ? ", #{@report.skipped} skipped" : ''
        [failed.all?(&:failed_to_restart) ? 'restart' : 'resource', "#{failed.length} failed#{also}#{skipped}#{after}",
         first_time(failed, 'failure')]
      end

      def judge_noop
        pending = @report.resources.select do |resource|
          counts?(resource) && resource.events.any? { |event| event.status == 'noop' }
        end
        return nil if pending.empty?

        considered = pending.first(MAX_CONSIDERED)
        items = @options['show_titles'] ? changed_items(considered, 'noop') : type_items(pending)
        Verdict.new('puppet_noop', '', "#{pending.length} would change#{after}", items.first(@options['max_resources']),
                    pending.length, first_time(pending, 'noop'), pending)
      end

      def after
        @report.total_seconds.nil? ? '' : " in #{ChangeText.duration(@report.total_seconds)}"
      end

      def corrective_note(changed)
        case kind_of_change(changed)
        when 'corrective' then ' (all corrective)'
        when 'mixed' then " (#{changed.count(&:corrective)} corrective)"
        else ''
        end
      end

      # Only an agent can tell; refreshes follow from other changes, and are never corrective themselves.
      def kind_of_change(changed)
        return '' if !@report.of_agent || changed.empty?

        events = changed.flat_map(&:events).select { |e| %w[success noop].include?(e.status) && !e.property.empty? }
        corrective = events.count(&:corrective)
        return 'intentional' if corrective.zero?

        corrective == events.length ? 'corrective' : 'mixed'
      end

      def first_error
        @report.logs.find { |log| log.error && log.source != 'Facter' }
      end

      def first_time(resources, status)
        resources.flat_map { |r| r.events.select { |event| event.status == status }.map(&:time) }.compact.min
      end

      def end_of_run
        latest = @report.logs.map(&:time).compact.max
        latest || (@report.time && @report.time + ((@report.total_seconds || 0) * 1_000).floor)
      end

      def seconds_between(start, stop)
        start.nil? || stop.nil? || stop < start ? nil : (stop - start) / 1_000.0
      end

      def reason_of(log)
        return '' if log.nil?

        text = without_quotes(log.message).sub(CATALOG_PREFIXES, '').sub(/ on node [^ ]+\z/, '')
        ": #{finish(text, MAX_REASON_CHARS)}"
      end

      # Some reasons end where the output of a command would stand, had it any.
      def finish(text, max)
        ChangeText.cut(ChangeText.mask(text.sub(/[: ]+\z/, '')), max)
      end

      def without_quotes(message)
        QUOTES.reduce(ChangeText.clean(message)) { |text, (form, replacement)| text.sub(form, replacement) }
      end

      def list(failed, changed)
        max = @options['max_resources']
        return type_items(failed + changed).first(max) unless @options['show_titles']

        (failed_items(failed.first(max)) + changed_items(changed.first(MAX_CONSIDERED), 'success')).first(max)
      end

      def failed_items(resources)
        resources.map do |resource|
          failing = resource.events.find { |event| event.status == 'failure' }
          why = finish(without_quotes(failing ? failing.message : ''), MAX_FAILURE_CHARS)
          parts = [ChangeText.reference(resource.type, resource.title), place(resource), why]
          { text: parts.reject(&:empty?).join(' '), count: 1 }
        end
      end

      def changed_items(resources, status)
        named = resources.map do |resource|
          words = resource.events.select { |event| event.status == status }.map { |event| word(event) }
          { reference: ChangeText.reference(resource.type, resource.title),
            what: words.uniq.first(MAX_WORDS).join('+') }
        end
        ChangeText.items(named)
      end

      def type_items(resources)
        counts = resources.group_by { |resource| ChangeText.safe(resource.type, MAX_PLACE_CHARS) }
        counts.map { |name, group| { text: "#{name} x#{group.length}", count: group.length } }
      end

      # The property that changed; of an ensure, what its event is called for. Never a value.
      def word(event)
        return 'refreshed' if event.property.empty? && event.name == 'refresh'
        return ChangeText.safe(event.name, MAX_PLACE_CHARS) if event.property.empty?
        return 'executed' if event.property == 'returns'
        return event.name[/_([a-z]+)\z/, 1] || 'ensure' if event.property == 'ensure'

        ChangeText.safe(event.property, MAX_PLACE_CHARS)
      end

      # In a module webapp/init.pp:24, elsewhere site.pp:5.
      def place(resource)
        return '' if resource.file.empty?

        mod, manifest = %r{/modules/([^/]+)/manifests/(.+)\z}.match(resource.file).to_a.drop(1)
        name = mod ? "#{mod}/#{manifest}" : resource.file.sub(%r{\A.*/}m, '')
        "(#{ChangeText.safe(name, MAX_PLACE_CHARS)}#{resource.line ? ":#{resource.line}" : ''})"
      end

      def role
        pattern = @options['role_pattern']
        return '' if pattern.empty?

        @report.resources.each do |resource|
          found = resource.tags.find { |tag| ChangeText.glob?(pattern, tag) }
          return found if found
        end
        ''
      end

      def tags(verdict)
        own = { 'host' => @report.host, 'env' => @report.environment, 'version' => @report.version, 'role' => role,
                'status' => verdict.type == 'puppet_noop' ? 'noop' : @report.status,
                'change' => kind_of_change(verdict.changed), 'reason' => verdict.reason, 'tool' => 'puppet' }
        words = own.map { |key, value| [key, ChangeText.tag_word(value)] }.reject { |_, word| word.empty? }
        words.map { |pair| pair.join('=') } + @options['tags'].map { |tag| ChangeText.tag_word(tag) }.reject(&:empty?)
      end

      def description(verdict)
        names = { 'h' => @report.host, 'e' => @report.environment, 'u' => @report.transaction,
                  'c' => @report.version, 's' => @report.status }
        ChangeText.change(
          { host: ChangeText.safe(@report.host, MAX_NAME_CHARS),
            environment: ChangeText.safe(@report.environment, MAX_NAME_CHARS),
            version: ChangeText.safe(@report.version, MAX_NAME_CHARS),
            what: verdict.what, items: verdict.items, total: verdict.total,
            link: ChangeText.link(@options['report_url'], names.transform_values { |name| ChangeText.clean(name) }) },
          @options['max_length']
        )
      end
    end
  end
end
