# frozen_string_literal: true

require 'fileutils'
require 'securerandom'

module ChefHandler
  module Anthracite
    # The spool: a folder that keeps lines on disk until they are sent, one file per line, as in
    # protocol/src/client/spool.ts. A file is written under another name and renamed, so any number of runs can use the
    # folder at the same time without a lock.
    class Spool
      SUFFIX = '.line'
      PAUSED = '.paused'

      def initialize(folder, max_lines)
        @folder = folder
        @max_lines = max_lines
      end

      # Adds a line, and returns the number of oldest lines that were dropped because the spool was full.
      def add(line)
        FileUtils.mkdir_p(@folder, mode: 0o700)
        name = "#{stamp(Time.now)}-#{SecureRandom.hex(6)}#{SUFFIX}"
        write(File.join(@folder, ".#{name}"), "#{line}\n", File.join(@folder, name))
        all = names
        surplus = all.first([all.length - @max_lines, 0].max)
        remove(surplus)
        surplus.length
      end

      # The oldest lines by file name, at most max_lines and max_bytes, but at least one line unless the spool is empty.
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

      # Records a failed attempt, so that other runs wait.
      def pause
        FileUtils.mkdir_p(@folder, mode: 0o700)
        FileUtils.touch(File.join(@folder, PAUSED))
      end

      def resume
        FileUtils.rm_f(File.join(@folder, PAUSED))
      end

      # True within this number of seconds after a failed attempt. A time in the future is ignored: a clock was changed.
      def paused?(seconds)
        age = Time.now - File.mtime(File.join(@folder, PAUSED))
        age >= 0 && age < seconds
      rescue SystemCallError
        false
      end

      private

      # Milliseconds and nanoseconds within them, so that names sort by age.
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

      # Nil if another run has sent and removed it meanwhile.
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
  end
end
