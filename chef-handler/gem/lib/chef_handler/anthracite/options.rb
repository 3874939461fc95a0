# frozen_string_literal: true

require_relative 'sender'

module ChefHandler
  module Anthracite
    # What is wrong with the handler's options: the option, its value, and what was expected.
    class OptionError < StandardError; end

    # In the place of a way to Anthracite that cannot be had: what is to be sent goes to the spool.
    ClosedDoor = Struct.new(:name, :reason) do
      def send_lines(_lines)
        raise SendError, reason
      end
    end

    # The options of the handler. The mapping's are those of chef-handler/src/options.ts.
    class Options
      LIST = lambda do |value|
        items = value.is_a?(Array) ? value : value.to_s.split(',')
        items.map { |item| item.to_s.strip }.reject(&:empty?)
      end
      TEXT = ->(value) { value.is_a?(String) ? value : nil }
      URL = ->(value) { value.to_s.match?(%r{\A(?:https?://[^\s/]+\S*)?\z}) ? value.to_s : nil }
      TRUTH = ->(value) { { 'true' => true, 'false' => false }[value.to_s] }
      OUTCOMES = %w[changed failed].freeze

      def self.whole(min, max)
        ->(value) { value.to_s =~ /\A\d{1,9}\z/ && value.to_i.between?(min, max) ? value.to_i : nil }
      end

      def self.seconds(max)
        ->(value) { value.is_a?(Numeric) && value > 0 && value <= max ? value : nil }
      end

      # name => [default, what reads a value (nil for a wrong one), what was expected]
      TABLE = {
        'enabled' => [true, TRUTH, 'true or false'],
        'host' => ['127.0.0.1', TEXT, 'a host name or address'],
        'port' => [2005, whole(1, 65_535), 'a port number'],
        'url' => ['', URL, 'a URL such as https://anthracite.example.com'],
        'token' => ['', TEXT, 'a token'],
        'token_file' => ['', TEXT, 'a file that holds a token'],
        'ca_file' => ['', TEXT, 'a file of certificates'],
        'connect_timeout' => [1, seconds(10), 'seconds, up to 10'],
        'timeout' => [2, seconds(30), 'seconds, up to 30'],
        'spool_dir' => ['', TEXT, 'a folder'],
        'spool_max' => [1_000, whole(1, 1_000_000), 'a whole number from 1 to 1000000'],
        'send' => [%w[changed failed], ->(value) { LIST.call(value) if (LIST.call(value) - OUTCOMES).empty? },
                   'changed and failed'],
        'hosts' => [[], LIST, 'patterns such as web*, !*.test'],
        'environments' => [[], LIST, 'patterns such as production, !dev*'],
        'ignore_resources' => [%w[breakpoint chef_handler chef_sleep log notify_group], LIST,
                               'types such as log, or patterns of resources such as file[/tmp/*]'],
        'tags' => [[], LIST, 'words or key=value'],
        'report_url' => ['', TEXT, 'a URL such as https://automate.example.com/infrastructure/client-runs/%n/runs/%u'],
        'max_length' => [500, whole(80, 10_000), 'a whole number from 80 to 10000'],
        'max_resources' => [5, whole(0, 100), 'a whole number from 0 to 100'],
        'show_titles' => [true, TRUTH, 'true or false']
      }.freeze

      # given is a hash with the names as strings or symbols. Raises an OptionError.
      def initialize(given = {})
        named = given.to_h.transform_keys(&:to_s)
        unknown = named.keys.find { |name| !TABLE.key?(name) }
        if unknown
          raise OptionError, "the option #{unknown[0, 60].inspect} is unknown; there are #{TABLE.keys.join(', ')}"
        end

        @values = TABLE.map { |name, row| [name, value_of(name, named[name], *row)] }.to_h.freeze
      end

      def [](name)
        @values.fetch(name)
      end

      # The way to Anthracite: HTTP where there is a url, or else the line port.
      def door
        return LinePort.new(self['host'], self['port'], self['connect_timeout']) if self['url'].empty?

        ca_file = self['ca_file'].empty? ? nil : self['ca_file']
        HttpApi.new(self['url'], token, self['connect_timeout'], self['timeout'], ca_file)
      rescue SystemCallError => e
        ClosedDoor.new(self['url'], "the option token_file cannot be read (#{e.class})")
      end

      # So that no error message shows the token.
      def inspect
        '#<Options>'
      end

      private

      def token
        token = self['token_file'].empty? ? self['token'] : File.read(self['token_file']).strip
        token.empty? ? nil : token
      end

      def value_of(name, value, default, read, expected)
        return default if value.nil?

        read.call(value).tap do |parsed|
          # A token is not for a log, and neither is a URL that may hold one.
          shown = %w[token url].include?(name) ? 'not one' : value.inspect[0, 80]
          raise OptionError, "the option #{name} is #{shown}; expected #{expected}" if parsed.nil?
        end
      end
    end
  end
end
