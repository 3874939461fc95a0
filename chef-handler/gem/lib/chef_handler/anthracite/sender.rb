# frozen_string_literal: true

require 'fileutils'
require 'json'
require 'net/http'
require 'securerandom'
require 'socket'
require 'uri'

module ChefHandler
  module Anthracite
    # What kept a line from Anthracite. Its message is safe to log.
    class SendError < StandardError; end

    # Keeps lines on disk until they are sent: a folder, in it one file for each line, as in
    # protocol/src/client/spool.ts. A file is written under another name and renamed, so any number of runs may use
    # the folder at once, without a lock.
    class Spool
      SUFFIX = '.line'

      def initialize(folder, max_lines)
        @folder = folder
        @max_lines = max_lines
      end

      # Adds a line, and returns how many of the oldest had to make room.
      def add(line)
        FileUtils.mkdir_p(@folder, mode: 0o700)
        name = "#{stamp(Time.now)}-#{SecureRandom.hex(6)}#{SUFFIX}"
        write(File.join(@folder, ".#{name}"), "#{line}\n", File.join(@folder, name))
        all = names
        surplus = all.first([all.length - @max_lines, 0].max)
        remove(surplus)
        surplus.length
      end

      # The oldest lines by their names, up to so many and so many bytes, but at least one where there is one.
      def oldest(max_lines, max_bytes)
        lines = {}
        bytes = 0
        names.first(max_lines).each do |name|
          line = read(name)
          next if line.nil?

          bytes += line.bytesize
          break if bytes > max_bytes && !lines.empty?

          lines[name] = line
        end
        lines
      end

      def remove(names)
        names.each { |name| FileUtils.rm_f(File.join(@folder, name)) }
      end

      private

      # Milliseconds, and within them nanoseconds: names sort by age, however quick the disk is.
      def stamp(now)
        format('%<ms>015d-%<ns>06d', ms: (now.to_r * 1_000).to_i, ns: now.nsec % 1_000_000)
      end

      def write(draft, text, file)
        File.open(draft, File::WRONLY | File::CREAT | File::EXCL, 0o600) do |io|
          io.write(text)
          io.fsync
        end
        File.rename(draft, file)
      rescue StandardError
        FileUtils.rm_f(draft)
        raise
      end

      # Another run may have sent and removed it meanwhile.
      def read(name)
        File.read(File.join(@folder, name), encoding: 'UTF-8').chomp
      rescue Errno::ENOENT
        nil
      end

      def names
        Dir.children(@folder).select { |name| name.end_with?(SUFFIX) && !name.start_with?('.') }.sort
      rescue Errno::ENOENT
        []
      end
    end

    # Sends lines to the line port: writes them, closes its side, reads the one answer.
    class LinePort
      DEFAULT_PORT = 2005
      MAX_ANSWER_BYTES = 65_536
      ANSWER = /\Aok stored=\d+ duplicate=\d+ rejected=(\d+)$/.freeze

      attr_reader :name

      def initialize(host, port, connect_timeout)
        @host = host
        @port = port
        @connect_timeout = connect_timeout
        @name = "#{host}:#{port}"
      end

      # Returns how many lines were rejected, and why. All others are on the server's disk.
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

    # Sends lines by HTTP, with a token where one is given.
    class HttpApi
      def initialize(url, token, connect_timeout, timeout, ca_file)
        @uri = URI.parse(url)
        raise SendError, "the url #{url.inspect} is no http(s) URL" unless @uri.is_a?(URI::HTTP) && @uri.host

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
        # When every line is rejected the status is 400; they are in the server's ledger all the same.
        return [rejected, reason] if rejected.is_a?(Integer) && %w[200 400].include?(response.code)

        raise SendError, "it answered #{response.code} #{reason}"
      end

      private

      # No proxy of the environment: it may not stand between hosts that sit side by side.
      def connection
        http = Net::HTTP.new(@uri.host, @uri.port, nil)
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

    # Brings a line to Anthracite within a time limit, or into the spool; takes along what waits there. Never raises.
    class Sender
      MAX_LINES = 50
      MAX_BYTES = 262_144

      # door is a LinePort or HttpApi; seconds is all the time there is; log gets :warning or :err, and a text.
      def initialize(door, spool, seconds, log)
        @door = door
        @spool = spool
        @seconds = seconds
        @log = log
      end

      # Returns :sent, :spooled, :lost, or :idle when there was nothing to send. line may be nil, to send what waits.
      def deliver(line)
        waiting = waiting_lines(line ? MAX_LINES - 1 : MAX_LINES)
        lines = waiting.values + [line].compact
        return :idle if lines.empty?

        rejected, reasons = within(@seconds) { @door.send_lines(lines) }
        @log.call(:warning, "Anthracite rejected #{rejected} of #{lines.length} lines: #{reasons}") if rejected > 0
        @spool.remove(waiting.keys)
        :sent
      rescue StandardError, ScriptError => e
        keep(line, "Anthracite at #{@door.name} cannot be reached: #{describe(e)}")
      end

      # So that no error message shows the token.
      def inspect
        '#<Sender>'
      end

      private

      def waiting_lines(max)
        @spool.oldest(max, MAX_BYTES)
      rescue SystemCallError => e
        @log.call(:warning, "Anthracite's spool cannot be read: #{describe(e)}")
        {}
      end

      def keep(line, reason)
        if line.nil?
          @log.call(:warning, reason)
          return :idle
        end
        dropped = @spool.add(line)
        @log.call(:warning, "#{reason}; the event waits in the spool")
        @log.call(:err, "Anthracite's spool is full: its #{dropped} oldest events are lost") if dropped > 0
        :spooled
      rescue SystemCallError => e
        @log.call(:err, "#{reason}; and the spool cannot be written: #{describe(e)}. The event is lost: #{line}")
        :lost
      end

      # Name resolution heeds no time limit, so all of it runs in a thread that can be left behind.
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
