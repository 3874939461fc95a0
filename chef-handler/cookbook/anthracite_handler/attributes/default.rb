# frozen_string_literal: true

# The options of Chef::Handler::Anthracite. A token does not belong here, where every node attribute can be read: name a
# file that holds it in token_file.
default['anthracite_handler']['options'] = { 'host' => '127.0.0.1', 'port' => 2005 }
