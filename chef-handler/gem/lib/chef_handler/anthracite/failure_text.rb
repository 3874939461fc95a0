# frozen_string_literal: true

require_relative 'change_text'

module ChefHandler
  module Anthracite
    # Shortens error messages to their first line, and removes values that Chef and Ruby quote in it. Pure; produces the
    # same bytes as chef-handler/src/failure-text.ts.
    module FailureText
      MAX_ERROR_CHARS = 200

      # Quoted values: better too much than too little is removed.
      QUOTES = [
        [/((?:Option|Property) [A-Za-z0-9_]+)'s value .*/, '\\1 has a value that is not allowed'],
        [/ *You passed .*/, ''],
        [/ for (?:"|\[|\{|#<).*/, ''],
        [/(invalid value for [A-Za-z]+)\(\): .*/, '\\1()'],
        [/( returned [0-9]+): .*/, '\\1']
      ].freeze

      module_function

      # The first line that is not empty; further lines quote the command and its output.
      def first_line(message)
        message.split(/[\r\n]/).find { |line| line =~ /[^ \t]/ } || 'no reason given'
      end

      def of(line)
        text = QUOTES.reduce(line) { |rest, (form, replacement)| rest.sub(form, replacement) }
        ChangeText.safe(SecretMasks.shorten_command_references(text), MAX_ERROR_CHARS)
      end
    end
  end
end
