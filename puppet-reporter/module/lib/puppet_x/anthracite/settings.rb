# frozen_string_literal: true

require 'yaml'

module PuppetX
  module Anthracite
    # What is wrong with anthracite.yaml: the setting, its value, and what was expected.
    class SettingError < StandardError; end

    # The settings of the report processor, read from anthracite.yaml. The mapping's are those of
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

      # name => [default, what reads a value (nil for a wrong one), what was expected]
      TABLE = {
        'enabled' => [true, TRUTH, 'true or false'],
        'host' => ['127.0.0.1', TEXT, 'a host name or address'],
        'port' => [2005, whole(1, 65_535), 'a port number'],
        'url' => ['', TEXT, 'a URL such as https://anthracite.example.com'],
        'token' => ['', TEXT, 'a token'],
        'ca_file' => ['', TEXT, 'a file of certificates'],
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
        'max_length' => [500, whole(80, 10_000), 'a whole number from 80 to 10000'],
        'max_resources' => [5, whole(0, 100), 'a whole number from 0 to 100'],
        'show_titles' => [true, TRUTH, 'true or false']
      }.freeze

      module_function

      # All settings by their names. given is a hash with the names as strings or symbols, as YAML has them.
      def from(given)
        unless given.is_a?(Hash)
          raise SettingError, 'anthracite.yaml holds no settings; expected lines such as "host: 10.0.0.5"'
        end

        named = given.transform_keys { |name| name.to_s.sub(/\A:/, '') }
        unknown = named.keys.find { |name| !TABLE.key?(name) }
        raise SettingError, "the setting #{unknown.inspect} is unknown; there are #{TABLE.keys.join(', ')}" if unknown

        TABLE.map { |name, (default, *form)| [name, value_of(name, named[name], default, *form)] }.to_h
      end

      # Reads a file; where there is none, all settings have their defaults.
      def load_file(file)
        data = parse(File.read(file, encoding: 'UTF-8'))
        from(data.nil? || data == false ? {} : data)
      rescue Errno::ENOENT
        from({})
      rescue Psych::Exception => e
        raise SettingError, "#{file} is not YAML: #{e.class}"
      end

      # Psych took the classes by their place before 3.1.
      def parse(text)
        return YAML.safe_load(text, [Symbol]) if (Psych::VERSION.split('.').map(&:to_i) <=> [3, 1]) < 0

        YAML.safe_load(text, permitted_classes: [Symbol])
      end

      def value_of(name, value, default, read, expected)
        return default if value.nil?

        read.call(value).tap do |parsed|
          # A token is not for a log.
          shown = name == 'token' ? 'not one' : value.inspect[0, 80]
          raise SettingError, "the setting #{name} is #{shown}; expected #{expected}" if parsed.nil?
        end
      end
    end
  end
end
