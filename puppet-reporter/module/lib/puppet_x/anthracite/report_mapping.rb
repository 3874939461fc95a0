# frozen_string_literal: true

require_relative 'change_text'
require_relative 'failure_text'
require_relative 'run_key'
require_relative 'run_report'

module PuppetX
  module Anthracite
    # Maps a report to its event, if any. Pure; produces the same bytes as puppet-reporter/src/mapping.ts.
    class ReportMapping
      MAX_NAME_CHARS = 200
      MAX_PLACE_CHARS = 80
      MAX_WORDS = 4
      # Maximum number of resources that are joined by number; further ones are only counted.
      MAX_CONSIDERED = 20_000
      INTERRUPTED = /\ACaught (?:TERM|INT|HUP|QUIT)\b/.freeze
      OUTCOMES = { 'puppet' => 'changed', 'puppet_failed' => 'failed', 'puppet_noop' => 'noop' }.freeze

      Verdict = Struct.new(:type, :reason, :what, :why, :items, :total, :time, :changed, :failed)

      # options has the mapping options by name, as from Settings.
      def initialize(options)
        @options = options
      end

      # Maps a report (plain data) to its :event (:time in milliseconds, :type, :tags and :description), or nil; and to
      # its :run, the result of the run for its host, or nil.
      def map(data)
        @report = RunReport.read(data)
        return {} if @report.nil? || !wanted?(@report.host, 'hosts') || !wanted?(@report.environment, 'environments')

        verdict = judge
        { event: event_of(verdict), run: run_of(verdict) }
      end

      # The result of a successful run for its host, from fields that every report has.
      def good_run(host, environment, status, time)
        return nil unless wanted?(host, 'hosts') && wanted?(environment, 'environments')

        { tool: 'puppet', host: host, time: time, failure: nil,
          tags: ChangeText.tags('host' => host, 'env' => environment, 'status' => status, 'tool' => 'puppet') +
            ChangeText.user_tags(@options['tags']) }
      end

      private

      def event_of(verdict)
        return nil if verdict.nil? || !@options['send'].include?(OUTCOMES[verdict.type])

        time = verdict.time || end_of_run
        { time: time, type: verdict.type, tags: tags(verdict), description: description(verdict) } if time
      end

      # A noop run is not a result for its host.
      def run_of(verdict)
        time = @report.time || end_of_run
        return nil if @report.noop || time.nil?

        run = good_run(@report.host, @report.environment, @report.status, time)
        run[:failure] = failure_key(verdict) if verdict && verdict.type == 'puppet_failed'
        run
      end

      def failure_key(verdict)
        failures = verdict.failed.map do |resource|
          failing = resource.events.find { |event| event.status == 'failure' }
          message = RunKey.without_numbers(failing ? failing.message : '')
          "#{ChangeText.reference(resource.type, resource.title)} #{message}"
        end
        RunKey.of([verdict.reason, RunKey.without_numbers(verdict.why), *failures], @report.host)
      end

      # Without a version of the code, equal changes on many hosts get the same key. A refresh is a consequence of other
      # changes, so it counts only if there is nothing else.
      def change_key(changed)
        own = changed.select { |resource| resource.events.any? { |event| !event.property.empty? } }
        parts = (own.empty? ? changed : own).map do |resource|
          done = words_of(resource.events, 'success') + words_of(resource.events, 'noop')
          "#{ChangeText.reference(resource.type, resource.title)} #{done.join('+')}"
        end
        parts.empty? ? '' : "changes-#{RunKey.of([kind_of_change(changed), *parts], @report.host)}"
      end

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
        what = "#{changed.length} changed#{corrective_note(changed)}"
        Verdict.new('puppet', '', what, '', list([], changed), changed.length, first_time(changed, 'success'), changed,
                    [])
      end

      def judge_cached_catalog(changed, failed)
        applied = []
        applied << "#{failed.length} failed" unless failed.empty?
        applied << (changed.empty? ? 'nothing changed' : "#{changed.length} changed")
        log = first_error
        what = "catalog failed, applied cached catalog (#{applied.join(', ')})"
        Verdict.new('puppet_failed', 'cached_catalog', what, reason_of(log), list(failed, changed),
                    failed.length + changed.length, log&.time || first_time(changed, 'success'), changed, failed)
      end

      def judge_failure(changed, failed)
        also = changed.empty? ? '' : ", #{changed.length} changed"
        reason, what, time, why = failure(failed, also)
        Verdict.new('puppet_failed', reason, what, why.to_s, list(failed, changed), failed.length + changed.length,
                    time, changed, failed)
      end

      def failure(failed, also)
        stop = @report.logs.find { |log| INTERRUPTED.match?(log.message) }
        return interruption(stop, also) if stop && !@report.completed
        return resource_failure(failed, also) unless failed.empty?

        log = first_error
        of_catalog = !@report.completed && @report.resources.empty? &&
                     (log ? log.message : '').match?(/catalog|Evaluation Error|Syntax error/)
        [of_catalog ? 'compile' : 'run', "#{of_catalog ? 'catalog' : 'run'} failed#{also}", log&.time, reason_of(log)]
      end

      def interruption(stop, also)
        seconds = @report.total_seconds || seconds_between(@report.time, stop.time)
        took = seconds.nil? ? '' : " after #{ChangeText.duration(seconds)}"
        ['interrupted', "run interrupted#{took} (#{ChangeText.safe(stop.message, MAX_NAME_CHARS)})#{also}", stop.time]
      end

      def resource_failure(failed, also)
        skipped = @report.skipped > 0 ? ", #{@report.skipped} skipped" : ''
        [failed.all?(&:failed_to_restart) ? 'restart' : 'resource', "#{failed.length} failed#{also}#{skipped}",
         first_time(failed, 'failure')]
      end

      def judge_noop
        pending = @report.resources.select do |resource|
          counts?(resource) && resource.events.any? { |event| event.status == 'noop' }
        end
        return nil if pending.empty?

        considered = pending.first(MAX_CONSIDERED)
        items = @options['show_titles'] ? changed_items(considered, 'noop') : type_items(pending)
        Verdict.new('puppet_noop', '', "#{pending.length} would change", '', items.first(@options['max_resources']),
                    pending.length, first_time(pending, 'noop'), pending, [])
      end

      def corrective_note(changed)
        case kind_of_change(changed)
        when 'corrective' then ' (all corrective)'
        when 'mixed' then " (#{changed.count(&:corrective)} corrective)"
        else ''
        end
      end

      # Only an agent knows it. Refreshes are consequences of other changes, and never corrective.
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
        log.nil? ? '' : FailureText.of_run(log.message, @options['show_output'])
      end

      def list(failed, changed)
        max = @options['max_resources']
        return type_items(failed + changed).first(max) unless @options['show_titles']

        (failed_items(failed.first(max)) + changed_items(changed.first(MAX_CONSIDERED), 'success')).first(max)
      end

      def failed_items(resources)
        resources.map do |resource|
          failing = resource.events.find { |event| event.status == 'failure' }
          why = FailureText.of_resource(failing ? failing.message : '', @options['show_output'])
          short = ChangeText.reference(resource.type, resource.title)
          parts = [short, place(resource), why]
          { text: parts.reject(&:empty?).join(' '), count: 1, short: short }
        end
      end

      def changed_items(resources, status)
        named = resources.map do |resource|
          { reference: ChangeText.reference(resource.type, resource.title),
            what: words_of(resource.events, status).uniq.first(MAX_WORDS).join('+') }
        end
        ChangeText.items(named)
      end

      def type_items(resources)
        counts = resources.group_by { |resource| ChangeText.safe(resource.type, MAX_PLACE_CHARS) }
        counts.map { |name, group| { text: "#{name} x#{group.length}", count: group.length } }
      end

      # One word for each event with this status; "to be" comes before a pending action.
      def words_of(events, status)
        events.select { |event| event.status == status }.map do |event|
          status == 'noop' && action?(event) ? "to be #{word(event)}" : word(event)
        end
      end

      def action?(event)
        return event.name == 'refresh' if event.property.empty?

        event.property == 'returns' || (event.property == 'ensure' && event.name.match?(/_[a-z]+\z/))
      end

      # The changed property; for ensure, the word in the name of the event. Never a value.
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
        keyed = @report.version.empty? && verdict.type != 'puppet_failed'
        own = { 'host' => @report.host, 'env' => @report.environment,
                'version' => keyed ? change_key(verdict.changed) : @report.version, 'role' => role,
                'status' => verdict.type == 'puppet_noop' ? 'noop' : @report.status,
                'change' => kind_of_change(verdict.changed), 'reason' => verdict.reason, 'tool' => 'puppet' }
        ChangeText.tags(own) + ChangeText.user_tags(@options['tags'])
      end

      def description(verdict)
        names = { 'h' => @report.host, 'e' => @report.environment, 'u' => @report.transaction,
                  'c' => @report.version, 's' => @report.status }
        ChangeText.change(
          { host: ChangeText.safe(@report.host, ChangeText::MAX_HOST_CHARS), what: verdict.what, why: verdict.why,
            details: verdict.why, items: verdict.items, total: verdict.total, context: context,
            link: ChangeText.link(@options['report_url'], names.transform_values { |name| ChangeText.clean(name) }) },
          @options['max_length']
        )
      end

      def context
        seconds = @report.total_seconds
        ChangeText.context(ChangeText.safe(@report.environment, MAX_NAME_CHARS),
                           ChangeText.safe(@report.version, MAX_NAME_CHARS),
                           seconds.nil? ? '' : ChangeText.duration(seconds))
      end
    end
  end
end
