# frozen_string_literal: true

require_relative 'report_mapping'
require_relative 'sender'
require_relative 'settings'

module PuppetX
  module Anthracite
    # Takes a report of Puppet's, and sends its event. The one part that knows Puppet.
    module ReportProcessor
      FILE = 'anthracite.yaml'
      LOCK = Mutex.new

      module_function

      # report is extended by Puppet; it is read, never changed, as other processors get it too.
      def process(report)
        settings = current_settings(File.join(Puppet[:confdir], FILE))
        return unless settings['enabled']

        event = ReportMapping.new(settings).event(report.to_data_hash) if telling?(report)
        sender(settings).deliver(event && ChangeText.format_line(event))
      rescue SettingError, SendError => e
        Puppet.err("Anthracite gets no report: #{e.message}")
      end

      # Most runs change nothing: no need to write out their resources. What is in the spool is sent all the same.
      def telling?(report)
        report.status.to_s != 'unchanged' || report.noop_pending != false || cached_on_failure?(report)
      end

      def cached_on_failure?(report)
        report.cached_catalog_status.to_s == 'on_failure'
      end

      # The settings of a file that has not changed since are not read again. A change needs no restart.
      def current_settings(file)
        stamp = stamp_of(file)
        LOCK.synchronize do
          @settings = Settings.load_file(file) if @stamp != stamp
          @stamp = stamp
          @settings
        end
      rescue SystemCallError => e
        raise SettingError, "#{file} cannot be read (#{e.class})"
      end

      def stamp_of(file)
        stat = File.stat(file)
        [file, stat.mtime, stat.size, stat.ino]
      rescue Errno::ENOENT
        [file]
      end

      def sender(settings)
        folder = settings['spool_dir']
        folder = File.join(Puppet[:vardir], 'anthracite-spool') if folder.empty?
        log = ->(level, text) { Puppet.send(level, text) }
        Sender.new(door(settings), Spool.new(folder, settings['spool_max']), settings['timeout'], log)
      end

      def door(settings)
        return LinePort.new(*settings.values_at('host', 'port', 'connect_timeout')) if settings['url'].empty?

        token, ca_file = settings.values_at('token', 'ca_file').map { |text| text.empty? ? nil : text }
        HttpApi.new(settings['url'], token, settings['connect_timeout'], settings['timeout'], ca_file)
      end
    end
  end
end
