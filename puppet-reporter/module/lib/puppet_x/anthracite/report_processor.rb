# frozen_string_literal: true

require_relative 'report_mapping'
require_relative 'run_history'
require_relative 'sender'
require_relative 'settings'

module PuppetX
  module Anthracite
    # Takes a report of Puppet and sends its event. The only part that uses Puppet's classes.
    module ReportProcessor
      FILE = 'anthracite.yaml'
      LOCK = Mutex.new
      LOG = ->(level, text) { Puppet.send(level, text) }

      module_function

      # Puppet extends report. It must not be changed, because other processors get it too.
      def process(report)
        settings = current_settings(File.join(Puppet[:confdir], FILE))
        return unless settings['enabled']

        mapped = map(report, ReportMapping.new(settings))
        sender = sender(settings)
        RunHistoryFolder.new(spool_folder(settings), LOG).follow(mapped[:run], mapped[:event]) do |events|
          sender.deliver(events.map { |event| ChangeText.format_line(event) })
        end
        settings['mistakes'].each { |mistake| Puppet.err("Anthracite: #{mistake}. Events wait in the spool") }
      rescue SettingError => e
        Puppet.err("The report is not sent to Anthracite: #{e.message}")
      end

      # Most runs change nothing, so their resources are not converted. They may still end a failure.
      def map(report, mapping)
        return mapping.map(report.to_data_hash) if eventful?(report)

        time = report.time && (report.time.to_time.to_r * 1_000).floor
        run = time && !report.noop ? mapping.good_run(report.host, report.environment.to_s, 'unchanged', time) : nil
        { run: run }
      end

      def eventful?(report)
        report.status.to_s != 'unchanged' || report.noop_pending != false || cached_on_failure?(report)
      end

      def cached_on_failure?(report)
        report.cached_catalog_status.to_s == 'on_failure'
      end

      # Reads the file again only if it has changed. A change needs no restart.
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
        spool = Spool.new(spool_folder(settings), settings['spool_max'])
        Sender.new(door(settings), spool, settings['timeout'], LOG)
      end

      def spool_folder(settings)
        folder = settings['spool_dir']
        folder.empty? ? File.join(Puppet[:vardir], 'anthracite-spool') : folder
      end

      def door(settings)
        return ClosedDoor.new('anthracite.yaml', settings['mistakes'].first) unless settings['mistakes'].empty?
        return LinePort.new(*settings.values_at('host', 'port', 'connect_timeout')) if settings['url'].empty?

        token, ca_file, proxy = settings.values_at('token', 'ca_file', 'proxy').map { |text| text.empty? ? nil : text }
        HttpApi.new(settings['url'], token, settings['connect_timeout'], settings['timeout'],
                    ca_file: ca_file, proxy: proxy)
      rescue SendError => e
        ClosedDoor.new('anthracite.yaml', e.message)
      end
    end
  end
end
