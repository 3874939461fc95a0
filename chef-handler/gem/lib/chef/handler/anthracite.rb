# frozen_string_literal: true

require 'chef/handler'
require_relative '../../chef_handler/anthracite/options'
require_relative '../../chef_handler/anthracite/run_event'
require_relative '../../chef_handler/anthracite/run_message'
require_relative '../../chef_handler/anthracite/version'

class Chef
  class Handler
    # Sends what a run changed, or why it failed, to Anthracite: a report handler and an exception handler in one.
    # Whatever happens it never raises, and takes no longer than its time limit.
    #
    #   handler = Chef::Handler::Anthracite.new(url: 'https://anthracite.example.com', token_file: '/etc/anthracite')
    #   report_handlers << handler
    #   exception_handlers << handler
    class Anthracite < ::Chef::Handler
      # A mistake in the options is told at the end of the run: here it would stop Chef from starting.
      def initialize(options = {})
        super()
        @options = ::ChefHandler::Anthracite::Options.new(options)
      rescue ::ChefHandler::Anthracite::OptionError => e
        @mistake = e.message
      rescue StandardError
        # What Ruby says of a wrong argument may show a token.
        @mistake = 'its options are no hash of names and values'
      end

      def report
        # A why-run says what it would do; nothing has happened.
        return if ::Chef::Config[:why_run]
        return log(:err, "Anthracite gets no events: #{@mistake}") if @mistake

        deliver if @options['enabled']
      rescue StandardError, ScriptError => e
        # Not its message, which may show what the run was about.
        log(:err, "Anthracite's handler failed: #{e.class} at #{Array(e.backtrace).first}")
      end

      # So that no error message shows the token.
      def inspect
        '#<Chef::Handler::Anthracite>'
      end
      alias to_s inspect

      private

      def deliver
        message = ::ChefHandler::Anthracite::RunMessage.of(run_status)
        event = ::ChefHandler::Anthracite::RunEvent.of(message, @options)
        line = event && ::ChefHandler::Anthracite::ChangeText.format_line(event)
        sender.deliver(line)
      end

      def sender
        folder = @options['spool_dir']
        folder = ::File.join(::Chef::Config[:file_cache_path], 'anthracite') if folder.empty?
        spool = ::ChefHandler::Anthracite::Spool.new(folder, @options['spool_max'])
        ::ChefHandler::Anthracite::Sender.new(@options.door, spool, @options['timeout'], method(:log))
      end

      def log(level, text)
        level == :err ? ::Chef::Log.error(text) : ::Chef::Log.warn(text)
      end
    end
  end
end
