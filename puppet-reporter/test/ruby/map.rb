# frozen_string_literal: true

# Maps reports like the report processor: reads a JSON array of {"file", "settings"} or {"report", "settings"} from
# standard input, and prints an array of {"line", "run"}, with null for missing values.

require 'date'
require 'json'
require 'yaml'
require 'zlib'
lib = File.join(__dir__, '../../module/lib/puppet_x/anthracite')
require File.join(lib, 'report_mapping')
require File.join(lib, 'settings')

# Ignores the classes of a report, and reads their contents as plain values.
def plain(text)
  text = text.gsub(%r{!ruby/(?:object|struct):[A-Za-z:]+}, '').gsub('!ruby/sym ', '')
  if Psych::VERSION.to_i >= 4
    YAML.safe_load(text, permitted_classes: [Symbol, Time, Date], aliases: true)
  else
    YAML.safe_load(text, [Symbol, Time], [], true)
  end
end

# YAML converts some texts to times; Puppet passes texts.
def texts(value)
  case value
  when Hash then value.transform_values { |item| texts(item) }
  when Array then value.map { |item| texts(item) }
  when Time then value.strftime('%Y-%m-%dT%H:%M:%S.%N%:z')
  else value
  end
end

def read(file)
  bytes = file.end_with?('.gz') ? Zlib::GzipReader.open(file, &:read) : File.binread(file)
  text = bytes.force_encoding(Encoding::UTF_8)
  file.end_with?('.json') ? JSON.parse(text) : texts(plain(text))
end

lines = JSON.parse($stdin.set_encoding('UTF-8').read).map do |entry|
  mapping = PuppetX::Anthracite::ReportMapping.new(PuppetX::Anthracite::Settings.from(entry['settings']))
  mapped = mapping.map(entry['report'] || read(entry['file']))
  line = mapped[:event] && PuppetX::Anthracite::ChangeText.format_line(mapped[:event])
  { 'line' => line, 'run' => mapped[:run] }
end
puts JSON.generate(lines)
