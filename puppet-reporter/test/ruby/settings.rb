# frozen_string_literal: true

# Reads the settings in a file, and prints them, or the first mistake, as JSON.

require 'json'
require_relative '../../module/lib/puppet_x/anthracite/settings'

settings = PuppetX::Anthracite::Settings.load_file(ARGV[0])
puts JSON.generate(settings['mistakes'].any? ? { 'error' => settings['mistakes'].first } : settings)
