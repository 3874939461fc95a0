# frozen_string_literal: true

require_relative 'change_text'

module PuppetX
  module Anthracite
    # Reads the needed fields of a report, given as plain data from Puppet's to_data_hash. Lenient, like
    # puppet-reporter/src/report.ts. Ignores all other fields, so that old and new values are never used.
    class RunReport
      ERROR_LEVELS = %w[err alert emerg crit].freeze

      Log = Struct.new(:error, :message, :source, :time)
      Resource = Struct.new(:type, :title, :file, :line, :tags, :changed, :failed, :failed_to_restart, :corrective,
                            :events)
      Event = Struct.new(:property, :name, :status, :message, :corrective, :time)

      attr_reader :host, :environment, :version, :transaction, :status, :completed, :noop, :noop_pending,
                  :cached_catalog_status, :time, :total_seconds, :of_agent, :skipped, :logs, :resources

      # Returns nil if the value has no host, no valid status, or no resources.
      def self.read(value)
        return nil unless fields(value).key?('resource_statuses')

        report = new(value)
        report if !report.host.empty? && %w[changed failed unchanged].include?(report.status)
      end

      def self.fields(value)
        value.is_a?(Hash) ? value : {}
      end

      def initialize(data)
        times = metric_values(data, 'time')
        @host = text(data['host'])
        @environment = text(data['environment'])
        @version = text(data['configuration_version'])[/[^ \t\r\n]+/].to_s
        @transaction = text(data['transaction_uuid'])
        @completed = data['transaction_completed'] != false
        @noop = data['noop'] == true
        @noop_pending = data['noop_pending'] == true
        @cached_catalog_status = word(data['cached_catalog_status'])
        @time = ChangeText.time(text(data['time']))
        @total_seconds = times['total']
        @of_agent = times.key?('startup_time') || times.key?('fact_generation')
        @skipped = metric_values(data, 'resources')['skipped'] || 0
        @logs = items(data['logs']).map { |log| read_log(fields(log)) }
        @resources = fields(data['resource_statuses']).map { |name, status| read_resource(name, fields(status)) }
        @status = word(data['status'])
        @status = guess_status(data) if @status.empty?
      end

      private

      # The oldest formats have no status.
      def guess_status(data)
        return '' if data.key?('status') || !data['metrics'].is_a?(Hash)
        return 'failed' if @resources.any?(&:failed)

        @resources.any?(&:changed) ? 'changed' : 'unchanged'
      end

      def metric_values(data, group)
        rows = items(fields(fields(data['metrics'])[group])['values']).map { |row| items(row) }
        rows.each_with_object({}) do |(name, _label, value), values|
          values[word(name)] = value if value.is_a?(Numeric) && value.finite? && value >= 0
        end
      end

      def read_log(data)
        Log.new(ERROR_LEVELS.include?(word(data['level'])), text(data['message']), text(data['source']),
                ChangeText.time(text(data['time'])))
      end

      def read_resource(reference, data)
        type, title = /\A([^\[]*)\[(.*)\]\z/m.match(text(reference)).to_a.drop(1)
        Resource.new(
          first_of(text(data['resource_type']), type, reference), first_of(text(data['title']), title),
          text(data['file']), data['line'].is_a?(Integer) ? data['line'] : nil,
          items(data['tags']).map { |tag| text(tag) },
          data['changed'] == true, data['failed'] == true || data['failed_to_restart'] == true,
          data['failed_to_restart'] == true, data['corrective_change'] == true,
          items(data['events']).map { |event| read_event(fields(event)) }
        )
      end

      def read_event(data)
        Event.new(text(data['property']), word(data['name']), word(data['status']), text(data['message']),
                  data['corrective_change'] == true, ChangeText.time(text(data['time'])))
      end

      def first_of(*texts)
        texts.find { |candidate| !candidate.to_s.empty? }.to_s
      end

      def fields(value)
        self.class.fields(value)
      end

      def items(value)
        value.is_a?(Array) ? value : []
      end

      def text(value)
        value.is_a?(String) || value.is_a?(Symbol) ? ChangeText.utf8(value) : ''
      end

      # Old versions wrote words as symbols.
      def word(value)
        text(value).sub(/\A:/, '')
      end
    end
  end
end
