# frozen_string_literal: true

require 'yaml'

module PuppetX
  module Anthracite
    # A mistake in anthracite.yaml: the setting, its value, and the valid values.
    class SettingError < StandardError; end

    # Reads the settings of the report processor from anthracite.yaml. The options of the mapping are the same as in
    # puppet-reporter/src/options.ts.
    module Settings
      LIST = lambda do |value|
        items = value.is_a?(Array) ? value : value.to_s.split(',')
        items.map { |item| item.to_s.strip }.reject(&:empty?)
      end
      TEXT = ->(value) { value.is_a?(String) ? value : nil }
      TRUTH = ->(value) { { 'true' => true, 'false' => false }[value.to_s] }
      OUTCOMES = %w[changed failed noop].freeze

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
        'url' => ['', TEXT, 'a URL such as https://anthracite.example.com'],
        'token' => ['', TEXT, 'a token'],
        'ca_file' => ['', TEXT, 'a file of certificates'],
        'proxy' => ['', TEXT, 'a URL such as http://proxy.example.com:3128'],
        'connect_timeout' => [1, seconds(10), 'seconds, up to 10'],
        'timeout' => [2, seconds(30), 'seconds, up to 30'],
        'spool_dir' => ['', TEXT, 'a folder'],
        'spool_max' => [1_000, whole(1, 1_000_000), 'a whole number from 1 to 1000000'],
        'send' => [%w[changed failed], ->(value) { LIST.call(value) if (LIST.call(value) - OUTCOMES).empty? },
                   'changed, failed and noop'],
        'hosts' => [[], LIST, 'patterns such as web*, !*.test'],
        'environments' => [[], LIST, 'patterns such as production, !dev*'],
        'ignore_resources' => [%w[Notify Schedule Filebucket], LIST,
                               'types such as Notify, or patterns of resources such as File[/tmp/*]'],
        'tags' => [[], LIST, 'words or key=value'],
        'role_pattern' => ['role::*', TEXT, 'a pattern such as role::*'],
        'report_url' => ['', TEXT, 'a URL such as https://puppetboard.example.com/report/%h/%u'],
        'max_length' => [1_000, whole(80, 10_000), 'a whole number from 80 to 10000'],
        'max_resources' => [10, whole(0, 100), 'a whole number from 0 to 100'],
        'show_titles' => [true, TRUTH, 'true or false'],
        'show_output' => [false, TRUTH, 'true or false']
      }.freeze

      # Values for mistakes in settings whose default could reveal more than the user wanted.
      CAUTIOUS = { 'show_titles' => false }.freeze

      module_function

      # All settings by name. given is a hash with names as strings or symbols, as in YAML. Raises a SettingError.
      def from(given)
        lenient(given).tap { |settings| raise SettingError, settings['mistakes'].first if settings['mistakes'].any? }
      end

      # Like from, but a setting with a mistake has its default (see CAUTIOUS), and "mistakes" lists the mistakes.
      def lenient(given)
        mistakes = []
        unless given.is_a?(Hash)
          mistakes << 'anthracite.yaml contains no settings; expected lines such as "host: 10.0.0.5"'
          given = {}
        end
        named = given.transform_keys { |name| name.to_s.sub(/\A:/, '') }
        (named.keys - TABLE.keys).each do |name|
          mistakes << "unknown setting #{name.inspect}; known settings: #{TABLE.keys.join(', ')}"
        end
        values = TABLE.map { |name, row| [name, value_or_default(name, named[name], row, mistakes)] }.to_h
        values.merge('mistakes' => mistakes)
      end

      # Reads a file; without a file, all settings have their defaults. While a file has mistakes, events stay in the
      # spool: see lenient.
      def load_file(file)
        data = parse(File.read(file, encoding: 'UTF-8'))
        lenient(data.nil? || data == false ? {} : data)
      rescue Errno::ENOENT
        lenient({})
      rescue Psych::Exception => e
        lenient({}).merge('mistakes' => ["#{file} is not YAML: #{e.class}"])
      end

      # Before 3.1, Psych took the classes as a positional argument.
      def parse(text)
        return YAML.safe_load(text, [Symbol]) if (Psych::VERSION.split('.').map(&:to_i) <=> [3, 1]) < 0

        YAML.safe_load(text, permitted_classes: [Symbol])
      end

      def value_or_default(name, value, row, mistakes)
        default, read, expected = row
        return default if value.nil?

        parsed = read.call(value)
        return parsed unless parsed.nil?

        # A token must not be logged, and neither must a proxy, because its URL may contain a password.
        shown = %w[token proxy].include?(name) ? 'not valid' : value.inspect[0, 80]
        mistakes << "the setting #{name} is #{shown}; expected #{expected}"
        CAUTIOUS.fetch(name, default)
      end
    end
  end
end
