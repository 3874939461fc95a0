# frozen_string_literal: true

# Loads the handler for `require 'chef-handler-anthracite'`.

require_relative 'chef/handler/anthracite'
