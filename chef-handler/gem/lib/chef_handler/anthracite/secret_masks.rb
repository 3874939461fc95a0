# frozen_string_literal: true

require 'json'

module ChefHandler
  module Anthracite
    # Masks values that look like secrets in cleaned text, by the list in secret_masks.json. Produces the same bytes as
    # protocol/src/change/secrets.ts. Handlers of other tools have a copy of this file.
    module SecretMasks
      LIST = JSON.parse(File.read(File.join(__dir__, 'secret_masks.json'), encoding: 'UTF-8')).freeze
      REFERENCE = /([A-Za-z][A-Za-z0-9_:]*)\[([^\]]*)/.freeze

      # {name} inserts a part, <word> matches the word in upper and lower case.
      def self.expand(form)
        form.gsub(/\{([a-z]+)\}/) { expand(LIST['parts'].fetch(Regexp.last_match(1))) }
            .gsub(/<([a-z-]+)>/) { Regexp.last_match(1).gsub(/[a-z]/) { |c| "[#{c.upcase}#{c}]" } }
      end

      MASKS = LIST['masks'].map { |mask| [Regexp.new(expand(mask['form'])), mask['replacement']] }.freeze
      TYPES, TITLE, NAME, PROGRAM =
        LIST['commands'].values_at('types', 'form', 'name', 'program').map { |form| Regexp.new(expand(form)) }

      module_function

      # A cleaned text with *** instead of secrets.
      def mask(text)
        MASKS.reduce(text) { |masked, (form, replacement)| masked.gsub(form, replacement) }
      end

      # True for resource types that run commands, and whose titles are often the command itself.
      def runs_commands?(type)
        TYPES.match?(type)
      end

      # The cleaned title of a resource that runs a command: a name unchanged, a command as its program only.
      def command_title(title)
        return title if NAME.match?(title) || !TITLE.match?(title)

        program = title[PROGRAM]
        program ? "#{program} ..." : '...'
      end

      # A cleaned text in which references such as Exec[...] contain only the program of a command. A command may
      # contain brackets, so everything up to the last bracket is removed: better too much than too little.
      def shorten_command_references(text)
        position = 0
        while (found = REFERENCE.match(text, position))
          type, title = found.captures
          return cut_reference(text, found) if runs_commands?(type) && command_title(title) != title

          position = found.end(0)
        end
        text
      end

      def cut_reference(text, found)
        stop = text.rindex(']') || -1
        rest = stop < found.end(0) ? '' : text[(stop + 1)..-1]
        "#{text[0, found.begin(0)]}#{found[1]}[#{command_title(found[2])}]#{rest}"
      end
    end
  end
end
