# frozen_string_literal: true

# What `require 'chef-handler-anthracite'` loads, by the gem's own name.

require_relative 'chef/handler/anthracite'
