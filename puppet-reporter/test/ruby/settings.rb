# frozen_string_literal: true

# Reads the settings in a file, and prints them, or what is wrong with them, as JSON.

require 'json'
require_relative '../../module/lib/puppet_x/anthracite/settings'

begin
  puts JSON.generate(PuppetX::Anthracite::Settings.load_file(ARGV[0]))
rescue PuppetX::Anthracite::SettingError => e
  puts JSON.generate('error' => e.message)
end
