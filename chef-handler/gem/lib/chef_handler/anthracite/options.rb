# frozen_string_literal: true

require_relative 'sender'

module ChefHandler
  module Anthracite
    # The options of the handler. The options of the mapping are the same as in chef-handler/src/options.ts. An option
    # with a mistake has its default, and `mistakes` lists the mistakes; no event is lost.
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

      # name => [default, function that reads a value (nil if it is not valid), valid values]
      TABLE = {
        'enabled' => [true, TRUTH, 'true or false'],
        'host' => ['127.0.0.1', TEXT, 'a host name or address'],
        'port' => [2005, whole(1, 65_535), 'a port number'],
        'url' => ['', URL, 'a URL such as https://anthracite.example.com'],
        'token' => ['', TEXT, 'a token'],
        'token_file' => ['', TEXT, 'a file with a token'],
        'ca_file' => ['', TEXT, 'a file of certificates'],
        'proxy' => ['', URL, 'a URL such as http://proxy.example.com:3128'],
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
        'max_length' => [1_000, whole(80, 10_000), 'a whole number from 80 to 10000'],
        'max_resources' => [10, whole(0, 100), 'a whole number from 0 to 100'],
        'show_titles' => [true, TRUTH, 'true or false']
      }.freeze

      # The options of the server: while one of them is not valid, events wait in the spool.
      PLACE = %w[host port url token token_file ca_file proxy].freeze
      # Values for mistakes in options whose default could reveal more than the user wanted.
      CAUTIOUS = { 'show_titles' => false }.freeze

      # Sentences that each name an option.
      attr_reader :mistakes

      # given is a hash with names as strings or symbols.
      def initialize(given = {})
        @mistakes = []
        @is_place_known = true
        named = names_of(given)
        (named.keys - TABLE.keys).each do |name|
          @mistakes << "unknown option #{name[0, 60].inspect}; known options: #{TABLE.keys.join(', ')}"
        end
        @values = TABLE.map { |name, row| [name, value_of(name, named[name], *row)] }.to_h.freeze
      end

      def [](name)
        @values.fetch(name)
      end

      # The door of the server: HTTP if url is set, otherwise the line port.
      def door
        return ClosedDoor.new('the options', @mistakes.first) unless @is_place_known
        return LinePort.new(self['host'], self['port'], self['connect_timeout']) if self['url'].empty?

        ca_file, proxy = [self['ca_file'], self['proxy']].map { |text| text.empty? ? nil : text }
        HttpApi.new(self['url'], token, self['connect_timeout'], self['timeout'], ca_file: ca_file, proxy: proxy)
      rescue SendError => e
        ClosedDoor.new('the options', e.message)
      rescue SystemCallError => e
        ClosedDoor.new(self['url'], "the option token_file cannot be read (#{e.class})")
      end

      # Keeps the token out of error messages.
      def inspect
        '#<Options>'
      end

      private

      def token
        token = self['token_file'].empty? ? self['token'] : File.read(self['token_file']).strip
        token.empty? ? nil : token
      end

      def names_of(given)
        given.to_h.transform_keys(&:to_s)
      rescue StandardError
        # Ruby's message about an argument that is not valid may contain a token.
        @is_place_known = false
        @mistakes << 'the options are not a hash of names and values'
        {}
      end

      def value_of(name, value, default, read, expected)
        return default if value.nil?

        parsed = read.call(value)
        return parsed unless parsed.nil?

        # A token must not be logged, and neither must a URL, which may contain a token.
        shown = %w[token url proxy].include?(name) ? 'not valid' : value.inspect[0, 80]
        @mistakes << "the option #{name} is #{shown}; expected #{expected}"
        @is_place_known = false if PLACE.include?(name)
        CAUTIOUS.fetch(name, default)
      end
    end
  end
end
