# frozen_string_literal: true

# Installs or upgrades the gem in files/ of this cookbook, and registers the handler, before anything else is converged.
# Errors are logged and do not fail the run.

gem_name = 'chef-handler-anthracite.gem'
gem_file = File.join(Chef::Config[:file_cache_path], gem_name)

if run_context.has_cookbook_file_in_cookbook?(cookbook_name, gem_name)
  begin
    cookbook_file gem_file do
      source gem_name
      compile_time true
    end

    chef_gem 'chef-handler-anthracite' do
      source gem_file
      action :upgrade
      compile_time true
    end

    chef_handler 'Chef::Handler::Anthracite' do
      source 'chef-handler-anthracite'
      arguments node['anthracite_handler']['options'].to_h
      compile_time true
    end
  rescue StandardError, LoadError => e
    Chef::Log.error("Anthracite's handler is not registered: #{e.class}: #{e.message.lines.first}")
  end
else
  Chef::Log.error("Anthracite's handler is not registered: #{gem_name} is not in files/ of #{cookbook_name}; " \
                  'build it as described in the README of the cookbook')
end
