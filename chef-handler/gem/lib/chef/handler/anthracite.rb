# frozen_string_literal: true

require 'chef/handler'
require_relative '../../chef_handler/anthracite/options'
require_relative '../../chef_handler/anthracite/run_event'
require_relative '../../chef_handler/anthracite/run_history'
require_relative '../../chef_handler/anthracite/run_message'
require_relative '../../chef_handler/anthracite/version'

class Chef
  class Handler
    # Sends the changes or the failure of a run to Anthracite: a report handler and an exception handler in one.
    # It never raises, and never takes longer than its time limit.
    #
    #   handler = Chef::Handler::Anthracite.new(url: 'https://anthracite.example.com', token_file: '/etc/anthracite')
    #   report_handlers << handler
    #   exception_handlers << handler
    class Anthracite < ::Chef::Handler
      # Mistakes in the options are logged at the end of the run: an error here would prevent Chef from starting.
      def initialize(options = {})
        super()
        @options = ::ChefHandler::Anthracite::Options.new(options)
      end

      def report
        # A why-run changes nothing.
        return if ::Chef::Config[:why_run]

        @options.mistakes.each { |mistake| log(:warning, "Anthracite's handler: #{mistake}") }
        deliver if @options['enabled']
      rescue StandardError, ScriptError => e
        # Without the message, which may contain details of the run.
        log(:err, "Anthracite's handler failed: #{e.class} at #{Array(e.backtrace).first}")
      end

      # Keeps the token out of error messages.
      def inspect
        '#<Chef::Handler::Anthracite>'
      end
      alias to_s inspect

      private

      def deliver
        message = ::ChefHandler::Anthracite::RunMessage.of(run_status)
        mapped = ::ChefHandler::Anthracite::RunEvent.map(message, @options)
        history = ::ChefHandler::Anthracite::RunHistoryFolder.new(spool_folder, method(:log))
        history.follow(mapped[:run], mapped[:event]) do |events|
          sender.deliver(events.map { |event| ::ChefHandler::Anthracite::ChangeText.format_line(event) })
        end
      end

      def sender
        spool = ::ChefHandler::Anthracite::Spool.new(spool_folder, @options['spool_max'])
        ::ChefHandler::Anthracite::Sender.new(@options.door, spool, @options['timeout'], method(:log))
      end

      def spool_folder
        folder = @options['spool_dir']
        folder.empty? ? ::File.join(::Chef::Config[:file_cache_path], 'anthracite') : folder
      end

      def log(level, text)
        level == :err ? ::Chef::Log.error(text) : ::Chef::Log.warn(text)
      end
    end
  end
end
