# frozen_string_literal: true

require 'json'
require 'net/http'
require 'socket'
require 'uri'
require_relative 'spool'

module ChefHandler
  module Anthracite
    # An error of sending. Its message is safe to log.
    class SendError < StandardError; end

    # Used if the settings of the server are not valid: all lines go to the spool.
    ClosedDoor = Struct.new(:name, :reason) do
      def send_lines(_lines)
        raise SendError, reason
      end
    end

    # Sends lines to the line port: writes them, closes the sending side, and reads the answer.
    class LinePort
      MAX_ANSWER_BYTES = 65_536
      ANSWER = /\Aok stored=\d+ duplicate=\d+ rejected=(\d+)$/.freeze

      attr_reader :name

      def initialize(host, port, connect_timeout)
        @host = host
        @port = port
        @connect_timeout = connect_timeout
        @name = "#{host}:#{port}"
      end

      # Returns the number of rejected lines, and the reasons. All other lines are on the server's disk.
      def send_lines(lines)
        answer = Socket.tcp(@host, @port, connect_timeout: @connect_timeout) do |socket|
          socket.write(lines.map { |line| "#{line}\n" }.join)
          socket.close_write
          (socket.read(MAX_ANSWER_BYTES) || +'').force_encoding(Encoding::UTF_8).scrub('?')
        end
        rejected = ANSWER.match(answer)
        raise SendError, "it answered #{answer[0, 200].inspect}" if rejected.nil? || answer.include?("\nclosed: ")

        [rejected[1].to_i, answer.lines.drop(1).first(3).join(' ')]
      end
    end

    # Sends lines over HTTP, with an optional token.
    class HttpApi
      # proxy is a URL, or nil.
      def initialize(url, token, connect_timeout, timeout, ca_file: nil, proxy: nil)
        @uri = http_uri('url', url)
        @proxy = proxy && http_uri('proxy', proxy)

        @token = token
        @connect_timeout = connect_timeout
        @timeout = timeout
        @ca_file = ca_file
      end

      def name
        "#{@uri.host}:#{@uri.port}"
      end

      def send_lines(lines)
        response = connection.start { |http| http.request(request(lines)) }
        answer = parse(response.body)
        rejected = answer['rejected']
        reason = answer['error'].to_s[0, 200].inspect
        # If all lines are rejected, the status is 400; the server has kept them.
        return [rejected, reason] if rejected.is_a?(Integer) && %w[200 400].include?(response.code)

        raise SendError, "it answered #{response.code} #{reason}"
      end

      private

      def http_uri(name, text)
        uri = URI.parse(text)
        return uri if uri.is_a?(URI::HTTP) && uri.host

        raise SendError, "#{name} is not an http or https URL"
      rescue URI::InvalidURIError
        raise SendError, "#{name} is not an http or https URL"
      end

      # Ignores proxy variables of the environment: they are often not valid for internal hosts.
      def connection
        user, password = [@proxy&.user, @proxy&.password].map { |part| part && URI.decode_www_form_component(part) }
        http = Net::HTTP.new(@uri.host, @uri.port, @proxy&.host, @proxy&.port, user, password)
        http.use_ssl = @uri.scheme == 'https'
        http.ca_file = @ca_file if @ca_file
        http.open_timeout = @connect_timeout
        http.read_timeout = @timeout
        http.max_retries = 0 if http.respond_to?(:max_retries=)
        http
      end

      def request(lines)
        request = Net::HTTP::Post.new("#{@uri.path.chomp('/')}/events")
        request['Content-Type'] = 'text/plain; charset=utf-8'
        request['Accept'] = 'application/json'
        request['Authorization'] = "Bearer #{@token}" if @token
        request.body = lines.map { |line| "#{line}\n" }.join
        request
      end

      def parse(body)
        answer = JSON.parse(body.to_s)
        answer.is_a?(Hash) ? answer : {}
      rescue JSON::ParserError
        {}
      end
    end

    # Sends lines to Anthracite within a time limit, or spools them; also sends spooled lines. Never raises.
    class Sender
      MAX_LINES = 50
      MAX_BYTES = 262_144
      PAUSE_SECONDS = 30

      # door is a LinePort or HttpApi; seconds is the time limit; log is called with :warning or :err, and a text.
      def initialize(door, spool, seconds, log)
        @door = door
        @spool = spool
        @seconds = seconds
        @log = log
      end

      # Returns :sent, :spooled, :lost, or :idle if there was nothing to send. With empty lines, it sends spooled lines.
      # After a failed attempt it does not try again for 30 seconds, so that runs do not wait for the server again.
      def deliver(lines)
        return hold(lines) if @spool.paused?(PAUSE_SECONDS)

        waiting = waiting_lines([MAX_LINES - lines.length, 0].max)
        return :idle if waiting.empty? && lines.empty?

        send_all(waiting, lines)
      rescue StandardError, ScriptError => e
        pause_sending
        keep(lines, "Anthracite at #{@door.name} cannot be reached: #{describe(e)}")
      end

      # Keeps the token out of error messages.
      def inspect
        '#<Sender>'
      end

      private

      def send_all(waiting, lines)
        all = waiting.values + lines
        rejected, reasons = within(@seconds) { @door.send_lines(all) }
        @log.call(:warning, "Anthracite rejected #{rejected} of #{all.length} lines: #{reasons}") if rejected > 0
        @spool.remove(waiting.keys)
        @spool.resume
        :sent
      end

      def hold(lines)
        return :idle if lines.empty?

        keep(lines, "Anthracite at #{@door.name} could not be reached within the last #{PAUSE_SECONDS} s")
      end

      def pause_sending
        @spool.pause
      rescue SystemCallError
        nil # Writing to the spool reports the same error.
      end

      def waiting_lines(max)
        @spool.oldest(max, MAX_BYTES)
      rescue SystemCallError => e
        @log.call(:warning, "Anthracite's spool cannot be read: #{describe(e)}")
        {}
      end

      def keep(lines, reason)
        if lines.empty?
          @log.call(:warning, reason)
          return :idle
        end
        dropped = lines.map { |line| @spool.add(line) }.sum
        @log.call(:warning, "#{reason}; #{lines.length == 1 ? 'the event waits' : 'the events wait'} in the spool")
        @log.call(:err, "Anthracite's spool is full, so its oldest events were dropped: #{dropped}") if dropped > 0
        :spooled
      rescue SystemCallError => e
        @log.call(:err, "#{reason}; the spool cannot be written either: #{describe(e)}. The event is lost: " \
                        "#{lines.join(' ')}")
        :lost
      end

      # Name resolution ignores time limits, so everything runs in a thread that can be killed.
      def within(seconds)
        outcome = nil
        thread = Thread.new do
          outcome =
            begin
              [yield, nil]
            rescue StandardError, ScriptError => e
              [nil, e]
            end
        end
        unless thread.join(seconds)
          thread.kill
          raise SendError, "no answer within #{seconds} s"
        end
        raise outcome[1] if outcome[1]

        outcome[0]
      end

      def describe(error)
        error.is_a?(SendError) ? error.message : "#{error.class}: #{error.message.to_s[0, 200].inspect}"
      end
    end
  end
end
