# frozen_string_literal: true

# Maps reports as the processor does: a JSON array of {"file", "settings"}, or of {"report", "settings"}, on standard
# input, an array of lines, or null where there is no event, on standard output.

require 'date'
require 'json'
require 'yaml'
require 'zlib'
lib = File.join(__dir__, '../../module/lib/puppet_x/anthracite')
require File.join(lib, 'report_mapping')
require File.join(lib, 'settings')

# A report's classes are passed over; what they hold is read as it stands.
def plain(text)
  text = text.gsub(%r{!ruby/(?:object|struct):[A-Za-z:]+}, '').gsub('!ruby/sym ', '')
  if Psych::VERSION.to_i >= 4
    YAML.safe_load(text, permitted_classes: [Symbol, Time, Date], aliases: true)
  else
    YAML.safe_load(text, [Symbol, Time], [], true)
  end
end

# YAML makes times of some texts; Puppet hands over texts.
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
  event = mapping.event(entry['report'] || read(entry['file']))
  event && PuppetX::Anthracite::ChangeText.format_line(event)
end
puts JSON.generate(lines)
