# frozen_string_literal: true

require_relative 'run_event'
require_relative 'sender'

module ChefHandler
  module Anthracite
    # An option that is unknown, or that has a value it cannot have.
    class OptionError < StandardError; end

    # In the place of a way to Anthracite that cannot be had: what is to be sent goes to the spool.
    ClosedDoor = Struct.new(:name, :reason) do
      def send_lines(_lines)
        raise SendError, reason
      end
    end

    # The handler's options: names, defaults, and what a value must be.
    class Options
      DEFAULTS = RunEvent::DEFAULTS.merge(
        enabled: true, url: nil, host: '127.0.0.1', port: LinePort::DEFAULT_PORT, token: nil, token_file: nil,
        ca_file: nil, connect_timeout: 1, timeout: 2, spool_dir: nil, max_spooled: 1_000
      ).freeze
      LISTS = %i[send hosts environments ignore_resources tags].freeze
      NUMBERS = { port: 1..65_535, connect_timeout: 0.1..60, timeout: 0.1..60, max_spooled: 1..1_000_000,
                  max_length: 50..10_000, max_resources: 0..100 }.freeze
      KINDS = %w[changed failed].freeze
      URL = %r{\Ahttps?://[^\s/]+\S*\z}.freeze
      TAG = /\A[^\s;]{1,200}\z/.freeze

      # Raises an OptionError. Never shows a value: one may be a token in the wrong place.
      def initialize(given)
        @values = DEFAULTS.dup
        given.to_h.each { |name, value| @values[known(name)] = value }
        LISTS.each { |name| @values[name] = Array(@values[name]).map(&:to_s) }
        NUMBERS.each { |name, range| check(name, range) }
        refuse(:send, "some of #{KINDS.join(', ')}") unless (@values[:send] - KINDS).empty?
        refuse(:tags, 'words or key=value, without white space and ;') unless @values[:tags].all? { |tag| TAG =~ tag }
        refuse(:url, 'an http(s) URL') unless @values[:url].nil? || URL =~ @values[:url].to_s
        @values.freeze
      end

      def [](name)
        @values.fetch(name)
      end

      # What the mapping needs.
      def for_event
        @values.select { |name, _| RunEvent::DEFAULTS.key?(name) }
      end

      # The way to Anthracite: HTTP where there is an url, or else the line port.
      def door
        return LinePort.new(self[:host], self[:port].to_i, self[:connect_timeout]) if self[:url].nil?

        HttpApi.new(self[:url].to_s, token, self[:connect_timeout], self[:timeout], self[:ca_file])
      rescue SystemCallError => e
        ClosedDoor.new(self[:url], "the option token_file cannot be read (#{e.class})")
      end

      def inspect
        '#<Options>'
      end

      private

      def token
        self[:token_file] ? File.read(self[:token_file]).strip : self[:token]
      end

      def known(name)
        name = name.to_s.to_sym
        return name if DEFAULTS.key?(name)

        raise OptionError, "the option #{name.to_s[0, 60].inspect} is unknown; known are #{DEFAULTS.keys.join(', ')}"
      end

      def check(name, range)
        value = @values[name]
        refuse(name, "a number from #{range.begin} to #{range.end}") unless value.is_a?(Numeric) && range.cover?(value)
      end

      def refuse(name, expected)
        raise OptionError, "the option #{name} must be #{expected}"
      end
    end
  end
end
