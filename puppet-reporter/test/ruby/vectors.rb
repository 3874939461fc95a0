# frozen_string_literal: true

# Reads test vectors from standard input, and prints their results in the same order as JSON.

require 'json'
require_relative '../../module/lib/puppet_x/anthracite/run_key'

text = PuppetX::Anthracite::ChangeText
vectors = JSON.parse($stdin.set_encoding('UTF-8').read)
symbols = ->(hash) { hash.transform_keys(&:to_sym) }
puts JSON.generate(
  'clean' => vectors['clean'].map { |given, _| text.clean(given) },
  'mask' => vectors['mask'].map { |given, _| PuppetX::Anthracite::SecretMasks.mask(given) },
  'command' => vectors['command'].map { |given, _| PuppetX::Anthracite::SecretMasks.command_title(given) },
  'references' => vectors['references'].map do |given, _|
    PuppetX::Anthracite::SecretMasks.shorten_command_references(given)
  end,
  'key' => vectors['key'].map { |parts, host, _| PuppetX::Anthracite::RunKey.of(parts, host) },
  'withoutNumbers' => vectors['withoutNumbers'].map { |given, _| PuppetX::Anthracite::RunKey.without_numbers(given) },
  'tagWord' => vectors['tagWord'].map { |given, _| text.tag_word(given) },
  'reference' => vectors['reference'].map { |type, title, _| text.reference(type, title) },
  'runs' => vectors['runs'].map { |names, _| text.runs(names).map { |run| run[:text] } },
  'time' => vectors['time'].map { |given, _| text.time(given) },
  'duration' => vectors['duration'].map { |seconds, _| text.duration(seconds) },
  'items' => vectors['items'].map { |resources, _| text.items(resources.map(&symbols)) },
  'change' => vectors['change'].map do |parts, max, _|
    text.change(symbols.call(parts).merge(items: parts['items'].map(&symbols)), max)
  end,
  'link' => vectors['link'].map { |template, places, _| text.link(template, places) },
  'glob' => vectors['glob'].map { |pattern, given, _| text.glob?(pattern, given) },
  'line' => vectors['line'].map { |event, _| text.format_line(symbols.call(event)) }
)
