# frozen_string_literal: true

require 'digest'
require_relative 'change_text'

module ChefHandler
  module Anthracite
    # Computes keys that are equal for equal changes and equal failures of different hosts. Pure; produces the same
    # bytes as protocol/src/change/run-key.ts. Handlers of other tools have a copy of this file.
    module RunKey
      KEY_CHARS = 8
      TEMPORARY_PATH = %r{/(?:tmp|var/tmp|dev/shm|run)/[^ '":,)\]]*}.freeze
      NUMBERED = /[A-Za-z0-9_.-]*[0-9][A-Za-z0-9_.-]*/.freeze

      module_function

      # The text without the names of the host: /srv/web01.example.com/app becomes /srv/%h/app.
      def without_host(text, host)
        name = ChangeText.clean(host)
        names = [name, name.sub(/\..*\z/, '')].select { |part| part.length > 2 }
        names.reduce(text) { |rest, part| rest.gsub(part, '%h') }
      end

      # The text of a failure without numbers and temporary names, which differ each time.
      def without_numbers(text)
        ChangeText.clean(text).gsub(TEMPORARY_PATH, '/tmp/#').gsub(NUMBERED, '#')
      end

      # Eight characters that are equal for equal parts, in any order, on any host.
      def of(parts, host)
        own = parts.map { |part| without_host(ChangeText.clean(part), host) }.uniq
        Digest::SHA256.hexdigest(own.map { |part| "#{part}\n".b }.sort_by { |part| part[0..-2] }.join)[0, KEY_CHARS]
      end
    end
  end
end
