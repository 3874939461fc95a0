# frozen_string_literal: true

require_relative 'lib/chef_handler/anthracite/version'

Gem::Specification.new do |spec|
  spec.name = 'chef-handler-anthracite'
  spec.version = ChefHandler::Anthracite::VERSION
  spec.summary = 'Tells Anthracite what Chef changed, and where it failed'
  spec.description = 'A report and exception handler for Chef Infra Client and Cinc Client: each run that changed ' \
                     'something, or failed, becomes an event in Anthracite.'
  spec.authors = ['The Anthracite authors']
  spec.license = 'Apache-2.0'
  spec.required_ruby_version = '>= 2.6'
  spec.files = Dir['lib/**/*.rb', 'README.md', 'LICENSE']
  spec.metadata['rubygems_mfa_required'] = 'true'
end
