# frozen_string_literal: true

require 'json'
require_relative 'secret_masks'

module PuppetX
  module Anthracite
    # Writes the description of a change that a tool made. Pure; produces the same bytes as protocol/src/change.
    # Handlers of other tools have a copy of this file.
    module ChangeText
      MAX_INPUT_CHARS = 4_096
      MAX_WORD_CHARS = 200
      MAX_REFERENCE_CHARS = 80
      MIN_RUN = 3
      MORE = '...'
      MAX_TITLE_CHARS = 100
      MAX_HOST_CHARS = 60

      ESCAPE_SEQUENCE =
        %r{(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]}.freeze
      INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/.freeze
      BLANK = /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/.freeze
      NUMBERED = /\A(.*?)([0-9]{1,15})([^0-9]*)\z/.freeze

      TIME = /\A(\d{4})-(\d\d)-(\d\d)[Tt\ ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?
              \ ?(?:(Z|z|UTC)|([+-])(\d\d)(?::?(\d\d))?)?\z/x.freeze

      module_function

      # The text on one line, without escape sequences, control characters and invisible characters.
      def clean(text)
        utf8(text)[0, MAX_INPUT_CHARS]
          .gsub(ESCAPE_SEQUENCE, '').gsub(INVISIBLE, '').gsub(BLANK, ' ')
          .gsub(/\ufffd+/, "\ufffd").gsub(/\A | \z/, '')
      end

      # The text as valid UTF-8, from any encoding.
      def utf8(text)
        text = text.to_s
        text = text.dup.force_encoding(Encoding::UTF_8) if text.encoding == Encoding::BINARY
        text.encode(Encoding::UTF_8).scrub("\ufffd")
      rescue EncodingError
        text.dup.force_encoding(Encoding::UTF_8).scrub("\ufffd")
      end

      def cut(text, max)
        text.length <= max ? text : text[0, [max - MORE.length, 0].max].sub(/ \z/, '') + MORE
      end

      # The end of a path, which starts with a slash if possible.
      def cut_path(path, max)
        return path if path.length <= max

        kept = [max - MORE.length, 0].max
        tail = path[path.length - kept, kept]
        MORE + tail[tail.index('/') || 0..-1]
      end

      def safe(text, max)
        cut(SecretMasks.mask(clean(text)), max)
      end

      # The text as a word for a tag.
      def tag_word(text)
        clean(text).gsub(/[ ;]+/, '_')[0, MAX_WORD_CHARS]
      end

      # Pairs of keys and values as tags; pairs without a value are omitted.
      def tags(pairs)
        pairs.map { |key, value| [key, tag_word(value)] }
             .reject { |_, word| word.empty? }.map { |pair| pair.join('=') }
      end

      # Tags that the user adds to every event.
      def user_tags(tags)
        tags.map { |tag| tag_word(tag) }.reject(&:empty?)
      end

      # A resource as Type[title], with only the program of a title that is a command.
      def reference(type, title)
        kind = cut(clean(type), MAX_REFERENCE_CHARS / 2)
        whole = clean(title)
        name = SecretMasks.runs_commands?(kind) ? SecretMasks.command_title(whole) : whole
        name = SecretMasks.mask(whole) if name == whole
        room = MAX_REFERENCE_CHARS - kind.length - 2
        is_path = name.start_with?('/') && !name.include?(' ')
        "#{kind}[#{is_path ? cut_path(name, room) : cut(name, room)}]"
      end

      # Resources (:reference and :what) as items (:text and the :count of resources).
      def items(resources)
        resources.chunk_while { |one, following| one[:what] == following[:what] }.flat_map do |group|
          what = group.first[:what]
          runs(group.map { |resource| resource[:reference] }).map do |run|
            { text: what.empty? ? run[:text] : "#{run[:text]} #{what}", count: run[:count] }
          end
        end
      end

      # Joins consecutively numbered names: web01..web03 for web01, web02, web03, with the :count of names.
      def runs(names)
        names.chunk_while { |name, following| next?(name, following) }.flat_map do |run|
          next run.map { |name| { text: name, count: 1 } } if run.length < MIN_RUN

          [{ text: join_run(run.first, run.last), count: run.length }]
        end
      end

      def join_run(first, last)
        "#{first.sub(/\]\z/, '')}..#{last.sub(%r{\A.*/}, '').sub(/\A[^\[]*\[/, '')}"
      end

      def next?(name, following)
        before, number, after = NUMBERED.match(name).to_a.drop(1)
        next_before, next_number, next_after = NUMBERED.match(following).to_a.drop(1)
        return false if number.nil? || before != next_before || after != next_after

        next_number == (number.to_i + 1).to_s.rjust(number.length, '0')
      end

      def duration(seconds)
        hundredths = (seconds * 100).round
        return format('0.%02ds', hundredths) if hundredths < 100

        tenths = (seconds * 10).round
        return "#{tenths / 10}.#{tenths % 10}s" if tenths < 100

        whole = seconds.round
        return "#{whole}s" if whole < 120
        return "#{whole / 60}m#{whole % 60}s" if whole < 7_200

        "#{whole / 3_600}h#{whole % 3_600 / 60}m"
      end

      # The description: a title of at most 100 characters, and a body with the context, the reason and one item per
      # line, except those that are complete in the title. Takes host, what, why, details, items, total, context and
      # link, all clean and masked. An item has a :text, a :count and, optionally, a :short text for the title.
      def change(parts, max)
        title = title(parts, [MAX_TITLE_CHARS, max].min)
        lines = fitting(body(parts, title), max - title.length)
        [title, *lines, parts[:link]].reject(&:empty?).join("\n")
      end

      def title(parts, max)
        head = parts[:host].empty? ? parts[:what] : "#{parts[:host]}: #{parts[:what]}"
        return cut("#{head}: #{parts[:why]}", max) unless parts[:why].empty?

        line = cut(head, max)
        parts[:items].length.downto(1) do |named|
          line = "#{head}: #{list(parts[:items].first(named), parts[:total], :short).join(', ')}"
          break if line.length <= max
        end
        cut(line, max)
      end

      # The texts of items, and the number of further items.
      def list(items, total, field)
        rest = total - items.map { |item| item[:count] }.sum
        items.map { |item| item[field] || item[:text] } + (rest > 0 && !items.empty? ? ["+#{rest} more"] : [])
      end

      def body(parts, title)
        head = parts[:host].empty? ? parts[:what] : "#{parts[:host]}: #{parts[:what]}"
        is_complete = parts[:why].empty? && title == "#{head}: #{parts[:items].map { |item| item[:text] }.join(', ')}"
        [parts[:context], title.end_with?(parts[:details]) ? '' : parts[:details],
         *(is_complete ? [] : list(parts[:items], parts[:total], :text))].reject(&:empty?)
      end

      # The lines that fit, and ... if some do not fit.
      def fitting(lines, room)
        kept = []
        lines.each_with_index do |line, i|
          room -= line.length + 1
          if room < (i == lines.length - 1 ? 0 : MORE.length + 1)
            kept << MORE if room + line.length >= MORE.length
            break
          end
          kept << line
        end
        kept
      end

      # Environment, version of the code, and duration: production 4f2c9d1 in 1.7s.
      def context(environment, version, duration)
        [environment, version, duration.empty? ? '' : "in #{duration}"].reject(&:empty?).join(' ')
      end

      # Fills the placeholders of a link, such as %h; empty if the result is not an http or https URL.
      def link(template, places)
        filled = template.gsub(/%([a-z])/) { |place| places.key?(place[1]) ? encode(places[place[1]]) : place }
        filled =~ %r{\Ahttps?://[!-~]+\z} ? filled : ''
      end

      def encode(text)
        utf8(text).gsub(/[^A-Za-z0-9_.~-]/) { |c| c.bytes.map { |byte| format('%%%02X', byte) }.join }
      end

      # True if the text matches a pattern, in which * matches any characters and ? one character.
      def glob?(pattern, text)
        form = pattern.gsub(/\*+/, '*').each_char.map { |c| { '*' => '.*', '?' => '.' }[c] || Regexp.escape(c) }
        Regexp.new("\\A#{form.join}\\z", Regexp::MULTILINE).match?(text)
      end

      # Milliseconds since the epoch of a date and time from 1970 on; nil for anything else. Decimals after the third
      # are ignored.
      def time(text)
        match = TIME.match(text)
        return nil if match.nil?

        year, month, day, hour, minute, second = match.captures.first(6).map(&:to_i)
        return nil unless year >= 1970 && day?(year, month, day) && hour < 24 && minute < 60 && second < 60

        millis = match[7].to_s.ljust(3, '0')[0, 3].to_i
        offset = (match[10].to_i * 60 + match[11].to_i) * (match[9] == '-' ? -1 : 1)
        Time.utc(year, month, day, hour, minute, second).to_i * 1_000 + millis - offset * 60_000
      end

      # Ruby accepts the 31st of a shorter month as a day of the next month.
      def day?(year, month, day)
        month.between?(1, 12) && day.between?(1, 31) && Time.utc(year, month, day).day == day
      end

      # An event as a line of the line protocol, without a line end.
      def format_line(event)
        seconds, millis = event[:time].divmod(1_000)
        stamp = millis.zero? ? seconds.to_s : format('%<s>d.%<ms>03d', s: seconds, ms: millis)
        "#{stamp} #{join_series([event[:type], *event[:tags]])} #{JSON.generate(event[:description])}"
      end

      # Doubles backslashes at the end of a tag: before the separator ; they would escape it.
      def join_series(parts)
        parts[0..-2].map { |part| part.sub(/\\+\z/) { |tail| tail * 2 } }.push(parts.last).join(';')
      end
    end
  end
end
