# frozen_string_literal: true

# Installs the gem that is in files/ of this cookbook, and registers the handler, before anything else is converged.

gem_file = File.join(Chef::Config[:file_cache_path], 'chef-handler-anthracite.gem')

cookbook_file gem_file do
  source 'chef-handler-anthracite.gem'
  compile_time true
end

chef_gem 'chef-handler-anthracite' do
  source gem_file
  compile_time true
end

chef_handler 'Chef::Handler::Anthracite' do
  source 'chef-handler-anthracite'
  arguments node['anthracite_handler']['options'].to_h
  compile_time true
end
