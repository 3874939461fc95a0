# frozen_string_literal: true

module ChefHandler
  module Anthracite
    VERSION = '0.1.0'
  end
end
