# frozen_string_literal: true

require 'time'
require_relative 'change_text'

module ChefHandler
  module Anthracite
    # Describes a run like Chef's data collector in its message run_converge, with the fields that an event needs, so
    # that the handler and the data collector create the same event.
    #
    # See lib/chef/data_collector/run_end_message.rb of Chef, which is the same from Chef 15 to 19.
    class RunMessage
      def self.of(run_status)
        new(run_status).to_h
      end

      def initialize(run_status)
        @run_status = run_status
        @node = run_status.node
      end

      def to_h
        {
          'run_id' => text(ask(@run_status, :run_id)), 'entity_uuid' => text(Chef::Config[:chef_guid]),
          'node_name' => text(@node ? @node.name : Chef::Config[:node_name]), 'organization_name' => organization,
          'policy_name' => text(ask(@node, :policy_name)), 'policy_group' => text(ask(@node, :policy_group)),
          'node' => node, 'run_list' => run_list, 'cookbooks' => cookbooks, 'resources' => resources,
          'start_time' => time(@run_status.start_time), 'end_time' => time(@run_status.end_time),
          'status' => error ? 'failure' : 'success'
        }.merge(error || {})
      end

      private

      def node
        return {} unless @node

        revision = @node['policy_revision']
        { 'name' => text(@node.name), 'chef_environment' => text(@node.chef_environment),
          'automatic' => { 'policy_revision' => text(revision) } }
      end

      def organization
        config = Chef::Config
        return text(config[:data_collector][:organization]) if config[:solo_legacy_mode] || config[:local_mode]

        text(config[:chef_server_url].to_s[%r{/+organizations/+([^\s/]+)}, 1] || 'unknown_organization')
      end

      def run_list
        @node ? @node.run_list.to_a.map { |item| text(item) } : []
      end

      # Only the names are needed.
      def cookbooks
        found = (@node && @node['cookbooks']) || {}
        found.keys.map { |name| [text(name), {}] }.to_h
      end

      def error
        exception = @run_status.exception
        exception && { 'error' => { 'class' => text(exception.class), 'message' => message_of(exception),
                                    'description' => description(exception) } }
      end

      # The method message of an exception may itself raise.
      def message_of(exception)
        text(exception.message)
      rescue StandardError, ScriptError, SystemStackError
        ''
      end

      # Chef's explanation of a failure before the cookbooks were loaded, as in its data collector.
      def description(exception)
        return {} unless defined?(Chef::Formatters::ErrorMapper) && cookbooks.empty?

        described_by(Chef::Formatters::ErrorMapper, exception).for_json
      rescue StandardError
        {}
      end

      def described_by(mapper, exception)
        return mapper.node_load_failed(Chef::Config[:node_name], exception, Chef::Config) unless @node

        expanding = Array(exception.backtrace).any? { |place| place.include?('expand_run_list') }
        return mapper.run_list_expand_failed(@node, exception) if expanding

        mapper.cookbook_resolution_failed(@node.run_list.to_a, exception)
      end

      # Chef records every action, but Chef 15 and 16 only if a consumer such as the data collector is registered. A run
      # that fails before it compiles its recipes has no records and no resources.
      def resources
        context = @run_status.run_context
        collection = ask(context, :action_collection)
        is_recorded = collection && ask(collection, :consumers) != []
        return collection.action_records.map { |record| recorded(record) } if is_recorded

        resources = context&.resource_collection
        resources ? resources.all_resources.map { |resource| remembered(resource) } : []
      end

      def recorded(record)
        failed = record.exception ? { 'error_message' => message_of(record.exception) } : {}
        described(record.new_resource, record.action, record.status.to_s.tr('_', '-')).merge(failed)
      end

      # Without records, a resource shows whether it ran and whether it changed something, but not whether it failed.
      def remembered(resource)
        ran = resource.executed_by_runner ? 'up-to-date' : 'unprocessed'
        action = (Array(resource.action) - [:nothing]).first # a notified resource has run another action
        described(resource, action, resource.updated ? 'updated' : ran)
      end

      def described(resource, action, status)
        ignore = resource.ignore_failure
        {
          'type' => text(resource.resource_name), 'name' => text(resource.name), 'id' => identity(resource),
          'result' => text(action), 'status' => status, 'ignore_failure' => ignore == true ? true : text(ignore),
          'cookbook_name' => text(resource.cookbook_name), 'cookbook_version' => cookbook_version(resource),
          'recipe_name' => text(resource.recipe_name)
        }
      end

      # A lazy name of a resource that did not run may raise.
      def identity(resource)
        text(resource.identity)
      rescue StandardError
        ''
      end

      def cookbook_version(resource)
        version = resource.cookbook_name && resource.cookbook_version
        text(version&.version)
      rescue StandardError
        ''
      end

      # Calls a method that some versions of Chef do not have.
      def ask(object, method)
        object.public_send(method) if object.respond_to?(method)
      end

      def time(moment)
        moment&.getutc&.iso8601
      end

      def text(value)
        ChangeText.utf8(value.nil? ? '' : value)
      end
    end
  end
end
