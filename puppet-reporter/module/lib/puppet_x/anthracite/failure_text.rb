# frozen_string_literal: true

require_relative 'change_text'

module PuppetX
  module Anthracite
    # Shortens Puppet's failure messages, and removes quoted commands, their output, and values of properties. Pure;
    # produces the same bytes as puppet-reporter/src/failure-text.ts.
    module FailureText
      MAX_RESOURCE_CHARS = 160
      MAX_RUN_CHARS = 300

      # Texts that Puppet quotes without escaping, and their replacements: better too much than too little is removed.
      QUOTES = [
        [/\Achange from .* failed: /, ''],
        [/\Achange from .*\z/, 'failed'],
        [/\ACould not set '.*' on ([a-z_]+)/, 'Could not set \1'],
        [/\ACould not set '.*\z/, 'Could not set a property'],
        [/(?:Execution of )?'.*' returned ([0-9]+)/, 'returned \1'],
        [/Invalid value (?:'.*'|".*")/, 'Invalid value'],
        [/ got (?:'.*'|".*")/, ' got another value'],
        [/'.*' is not qualified/, 'the command is not qualified'],
        [/\A.*(?<![A-Za-z0-9_-])(?:ba|da|k|z|a)?sh: .*not found.*\z/, 'command not found']
      ].freeze

      # The output of commands that returned a status, and of services that did not start.
      OUTPUTS = [
        [/( returned [0-9]+(?: instead of one of \[[0-9, ]*\])?|\Areturned [0-9]+): .*/, '\1'],
        [/ failed! journalctl log for .*/, ' failed'],
        [/(command (?:failed|exceeded timeout)): .*/, '\1']
      ].freeze

      CATALOG_PREFIXES = /\A(?:(?:Could\ not\ retrieve\ catalog\ from\ remote\ server|Error\ [0-9]+\ on\ SERVER
                          |Server\ Error|Could\ not\ compile\ catalog|Failed\ to\ apply\ catalog):\ )+/x.freeze

      module_function

      def of_resource(message, show_output)
        finish(without_quotes(message, show_output), MAX_RESOURCE_CHARS)
      end

      # Removes the prefixes and suffixes that all reasons of failed runs have.
      def of_run(message, show_output)
        text = without_quotes(message, show_output).sub(CATALOG_PREFIXES, '').sub(/ on node [^ ]+\z/, '')
        finish(text, MAX_RUN_CHARS)
      end

      def without_quotes(message, show_output)
        forms = show_output ? QUOTES : QUOTES + OUTPUTS
        text = forms.reduce(ChangeText.clean(message)) { |rest, (form, replacement)| rest.sub(form, replacement) }
        SecretMasks.shorten_command_references(text)
      end

      # Removes the separator before an empty output.
      def finish(text, max)
        ChangeText.cut(SecretMasks.mask(text.sub(/[: ]+\z/, '')), max)
      end
    end
  end
end
