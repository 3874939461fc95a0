# frozen_string_literal: true

# The options of Chef::Handler::Anthracite. Do not put a token here, because node attributes are readable: put it into a
# file, and set token_file.
default['anthracite_handler']['options'] = { 'host' => '127.0.0.1', 'port' => 2005 }
