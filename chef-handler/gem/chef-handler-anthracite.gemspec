# frozen_string_literal: true

require_relative 'lib/chef_handler/anthracite/version'

Gem::Specification.new do |spec|
  spec.name = 'chef-handler-anthracite'
  spec.version = ChefHandler::Anthracite::VERSION
  spec.summary = 'Sends changes and failures of Chef runs to Anthracite as events'
  spec.description = 'A report and exception handler for Chef Infra Client and Cinc Client. Each run that changes ' \
                     'something or fails becomes an event in Anthracite.'
  spec.authors = ['The Anthracite authors']
  spec.license = 'Apache-2.0'
  spec.homepage = 'https://anthracite.example'
  spec.required_ruby_version = '>= 2.6'
  spec.files = Dir['lib/**/*.{rb,json}', 'README.md', 'CHANGELOG.md', 'LICENSE']
  spec.metadata = {
    'bug_tracker_uri' => "#{spec.homepage}/issues",
    'source_code_uri' => "#{spec.homepage}/source",
    'rubygems_mfa_required' => 'true'
  }
end
