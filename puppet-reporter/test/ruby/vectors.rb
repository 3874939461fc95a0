# frozen_string_literal: true

# Prints what the vectors on standard input become, in their order, as JSON.

require 'json'
require_relative '../../module/lib/puppet_x/anthracite/change_text'

text = PuppetX::Anthracite::ChangeText
vectors = JSON.parse($stdin.set_encoding('UTF-8').read)
symbols = ->(hash) { hash.transform_keys(&:to_sym) }
puts JSON.generate(
  'clean' => vectors['clean'].map { |given, _| text.clean(given) },
  'mask' => vectors['mask'].map { |given, _| text.mask(given) },
  'tagWord' => vectors['tagWord'].map { |given, _| text.tag_word(given) },
  'reference' => vectors['reference'].map { |type, title, _| text.reference(type, title) },
  'collapse' => vectors['collapse'].map { |names, _| text.collapse(names) },
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
