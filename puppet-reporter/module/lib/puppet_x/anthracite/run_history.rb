# frozen_string_literal: true

require 'digest'
require 'fileutils'
require 'json'
require_relative 'change_text'

module PuppetX
  module Anthracite
    # Follows the runs of a host: its first failed run starts a span, its next successful run ends it, and repeats of a
    # failure in between are not sent. Produces the same bytes as protocol/src/change/run-history.ts. Handlers of other
    # tools have a copy of this file.
    #
    # A run has :tool, :host, :time (ms), :failure (a key, nil for a good run) and :tags for its recovery. A state is a
    # hash with the keys last, since, runs, told, isFlapping, good and isOver, as in its JSON file.
    module RunHistory
      DAY = 86_400_000
      # A host that fails again within a day counts as recovered after this time without a failure.
      STEADY = 6 * 3_600_000
      MAX_TOLD = 16
      MAX_AHEAD = 300_000

      module_function

      # The state after a run, and the events to send: [state, events].
      def follow(known, run, event, now)
        event = clamp(event, now)
        return [known, [event].compact] if run.nil?

        run = run.merge(time: now) if run[:time] > now + MAX_AHEAD
        state = forgotten?(known, run) ? nil : known
        return [known, run[:failure] ? [] : [event].compact] if state && run[:time] <= state['last']
        return follow_good(state, run, event) if run[:failure].nil?

        event.nil? ? [known, []] : follow_failed(state, run, event)
      end

      # A recovery is remembered for a day. If a clock is set back by a day or more, the history starts again.
      def forgotten?(known, run)
        return true if known.nil? || run[:time] <= known['last'] - DAY

        known['isOver'] && run[:time] - (known['good'] || 0) >= DAY
      end

      def follow_failed(state, run, event)
        failure = run[:failure]
        tags = with_tags(event[:tags], ["failure=#{failure}", span_tag(run)])
        if state.nil? || state['isOver']
          state = { 'last' => run[:time], 'since' => event[:time], 'runs' => 1, 'told' => [[failure, event[:time]]],
                    'isFlapping' => !state.nil?, 'good' => nil, 'isOver' => false }
          return [state, [event.merge(type: "#{event[:type]}_start", tags: tags)]]
        end
        failing = state.merge('last' => run[:time], 'runs' => state['runs'] + 1, 'good' => nil)
        follow_repeat(failing, failure, event, tags)
      end

      def follow_repeat(state, failure, event, tags)
        told = state['told'].find { |key, _| key == failure }&.last
        return [state, []] if told && event[:time] - told < DAY

        others = state['told'].reject { |key, _| key == failure }.last(MAX_TOLD - 1)
        tags = with_tags(tags, ["repeat=#{state['runs']}"]) if told
        [state.merge('told' => others + [[failure, event[:time]]]), [event.merge(tags: tags)]]
      end

      def follow_good(state, run, event)
        own = [event].compact
        return [state, own] if state.nil?

        state = state.merge('last' => run[:time])
        return [state, own] if state['isOver']

        good = state['good'] || run[:time]
        state = state.merge('good' => good)
        return [state, own] if state['isFlapping'] && run[:time] - good < STEADY

        [state.merge('isOver' => true), [recovery(state, run), *own]]
      end

      def recovery(state, run)
        good, since, runs = state.values_at('good', 'since', 'runs')
        after = ChangeText.duration([good - since, 0].max / 1_000.0)
        count = runs == 1 ? '1 failed run' : "#{runs} failed runs"
        host = ChangeText.safe(run[:host], ChangeText::MAX_HOST_CHARS)
        { time: [good, since].max, type: "#{run[:tool]}_failed_end", tags: with_tags(run[:tags], [span_tag(run)]),
          description: "#{host}: recovered after #{count} in #{after}" }
      end

      # A host clock that is further ahead must not create events in the future, where no list and no graph shows them.
      def clamp(event, now)
        return event if event.nil? || event[:time] <= now + MAX_AHEAD

        event.merge(time: now, tags: with_tags(event[:tags], ['clock=ahead']))
      end

      def span_tag(run)
        "span=#{ChangeText.tag_word(run[:host])}"
      end

      # Inserts tags before the tag tool, after which only the tags of the user follow.
      def with_tags(tags, added)
        at = tags.index { |tag| tag.start_with?('tool=') } || tags.length
        tags.first(at) + added + tags.drop(at)
      end
    end

    # Remembers on disk which hosts fail, one file per host, in a folder of the spool. The bridges use the same files.
    class RunHistoryFolder
      # log is called with :warning and a text.
      def initialize(folder, log)
        @folder = File.join(folder, 'runs')
        @log = log
      end

      # Yields the events of a run to send, and stores the state of its host. If the block returns :lost, nothing is
      # stored, and the next run sends them. run and event may be nil.
      def follow(run, event, now = (Time.now.to_r * 1_000).to_i)
        state, events = RunHistory.follow(run && read(run), run, event, now)
        outcome = yield events
        keep(run, state) if run && outcome != :lost
      end

      private

      def read(run)
        state = JSON.parse(File.read(file_of(run), encoding: 'UTF-8'))
        state if state?(state)
      rescue SystemCallError, JSON::ParserError
        nil
      end

      def state?(state)
        state.is_a?(Hash) && state.values_at('last', 'since', 'runs').all?(Integer) && state['told'].is_a?(Array) &&
          state['told'].all? { |key, time| key.is_a?(String) && time.is_a?(Integer) } &&
          (state['good'].nil? || state['good'].is_a?(Integer))
      end

      def keep(run, state)
        file = file_of(run)
        return FileUtils.rm_f(file) if state.nil?

        FileUtils.mkdir_p(@folder, mode: 0o700)
        draft = "#{file}.#{Process.pid}-#{Thread.current.object_id}"
        File.write(draft, JSON.generate(state), perm: 0o600)
        File.rename(draft, file)
      rescue SystemCallError => e
        @log.call(:warning, "Anthracite cannot store the state of failing hosts: #{e.class}")
      end

      def file_of(run)
        File.join(@folder, "#{run[:tool]}-#{Digest::SHA256.hexdigest(run[:host])[0, 16]}.json")
      end
    end
  end
end
