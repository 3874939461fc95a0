# frozen_string_literal: true

require 'json'

module PuppetX
  module Anthracite
    # How a change that a tool made is told in one line. Pure; does to the byte what protocol/src/change does.
    # Knows no tool: the handlers of other tools carry a copy of this file.
    module ChangeText
      MAX_INPUT_CHARS = 4_096
      MAX_WORD_CHARS = 200
      MAX_REFERENCE_CHARS = 80
      MIN_RUN = 3
      MORE = '...'
      MASK = '***'

      ESCAPE_SEQUENCE =
        %r{(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]}.freeze
      INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/.freeze
      BLANK = /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/.freeze
      NUMBERED = /\A(.*?)([0-9]{1,15})([^0-9]*)\z/.freeze

      # Ignoring case means more letters here (the Kelvin sign) than elsewhere: upper and lower case are spelt out.
      any_case = ->(text) { text.gsub(/[a-z]/) { |c| "[#{c.upcase}#{c}]" } }
      key_words = %w[password passwords passwd passphrase pwd secret secrets token tokens api-key access-key
                     private-key credential credentials authorization cookie]
      key = "(?:#{key_words.map { |word| any_case.call(word).sub('-', '[_-]?') }.join('|')})[A-Za-z0-9_-]*"
      pass = "(?<![A-Za-z0-9])#{any_case.call('pass')}"
      scheme = "(?:(?:#{%w[bearer basic token digest].map(&any_case).join('|')}) )?"
      value = %q{(?:"(?:[^"\\\\]|\\\\.)*(?:"|\z)|'(?:[^'\\\\]|\\\\.)*(?:'|\z)|[^ ]+)}
      known_keys = 'AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}' \
                   '|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}[A-Za-z0-9._-]*'

      TIME = /\A(\d{4})-(\d\d)-(\d\d)[Tt\ ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?
              \ ?(?:(Z|z|UTC)|([+-])(\d\d)(?::?(\d\d))?)?\z/x.freeze

      # What looks like a secret, and what stands in its place.
      SECRETS = [
        [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)/, MASK],
        [%r{(://[^ /:@]*:)[^ /]*@}, "\\1#{MASK}@"],
        [/((?:#{key}|#{pass})["']? ?(?:=>|=|:) ?#{scheme})#{value}/, "\\1#{MASK}"],
        [/((?<![^ ])--?[A-Za-z0-9_-]*?(?:#{key}|#{pass}) +)(?!-)#{value}/, "\\1#{MASK}"],
        [/((?<![^ ])(?:-u|--user|--proxy-user)[ =]?[^ :]+:)[^ ]+/, "\\1#{MASK}"],
        [/((?:mysql|mariadb|sshpass)[^|;&]*? -p)#{value}/, "\\1#{MASK}"],
        [%r{(?<![A-Za-z0-9])(#{any_case.call('bearer')} )[A-Za-z0-9._~+/=-]{8,}}, "\\1#{MASK}"],
        [/(?<![A-Za-z0-9])(?:#{known_keys})/, MASK]
      ].freeze

      module_function

      # The text on one line, without what drives a terminal or misleads the eye.
      def clean(text)
        utf8(text)[0, MAX_INPUT_CHARS]
          .gsub(ESCAPE_SEQUENCE, '').gsub(INVISIBLE, '').gsub(BLANK, ' ')
          .gsub(/\ufffd+/, "\ufffd").gsub(/\A | \z/, '')
      end

      # The text as UTF-8, whatever it was.
      def utf8(text)
        text = text.to_s
        text = text.dup.force_encoding(Encoding::UTF_8) if text.encoding == Encoding::BINARY
        text.encode(Encoding::UTF_8).scrub("\ufffd")
      rescue EncodingError
        text.dup.force_encoding(Encoding::UTF_8).scrub("\ufffd")
      end

      # A text that was cleaned, with *** in the place of secrets.
      def mask(text)
        SECRETS.reduce(text) { |masked, (form, replacement)| masked.gsub(form, replacement) }
      end

      def cut(text, max)
        text.length <= max ? text : text[0, [max - MORE.length, 0].max].sub(/ \z/, '') + MORE
      end

      # The end of a path, from a slash on where there is one.
      def cut_path(path, max)
        return path if path.length <= max

        kept = [max - MORE.length, 0].max
        tail = path[path.length - kept, kept]
        MORE + tail[tail.index('/') || 0..-1]
      end

      def safe(text, max)
        cut(mask(clean(text)), max)
      end

      # The text as a word that can stand in a tag.
      def tag_word(text)
        clean(text).gsub(/[ ;]+/, '_')[0, MAX_WORD_CHARS]
      end

      # A resource as Type[title].
      def reference(type, title)
        kind = cut(clean(type), MAX_REFERENCE_CHARS / 2)
        name = mask(clean(title))
        room = MAX_REFERENCE_CHARS - kind.length - 2
        is_path = name.start_with?('/') && !name.include?(' ')
        "#{kind}[#{is_path ? cut_path(name, room) : cut(name, room)}]"
      end

      # web01, web02, web03 -> web01..web03
      def collapse(names)
        runs(names).map { |run| run[:text] }
      end

      # Resources with their :reference and :what, as items with a :text and the :count of those it stands for.
      def items(resources)
        resources.chunk_while { |one, following| one[:what] == following[:what] }.flat_map do |group|
          what = group.first[:what]
          runs(group.map { |resource| resource[:reference] }).map do |run|
            { text: what.empty? ? run[:text] : "#{run[:text]} #{what}", count: run[:count] }
          end
        end
      end

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

      # The description. Takes host, environment, version, what, items, total and link, all safe already.
      def change(parts, max)
        where = parts.values_at(:host, :environment, :version).reject(&:empty?).join(' ')
        head = cut(where.empty? ? parts[:what] : "#{where}: #{parts[:what]}", max)
        line = with_items(head, parts[:items], parts[:total], max)
        parts[:link].empty? ? line : "#{line}\n#{parts[:link]}"
      end

      def with_items(head, items, total, max)
        line = head
        items.length.downto(1) do |named|
          rest = total - items.first(named).map { |item| item[:count] }.sum
          texts = items.first(named).map { |item| item[:text] } + (rest > 0 ? ["+#{rest} more"] : [])
          line = "#{head}: #{texts.join(', ')}"
          break if line.length <= max
        end
        cut(line, max)
      end

      # Fills the places of a link, %h and the like; empty when the result is no http(s) URL.
      def link(template, places)
        filled = template.gsub(/%([a-z])/) { |place| places.key?(place[1]) ? encode(places[place[1]]) : place }
        filled =~ %r{\Ahttps?://[!-~]+\z} ? filled : ''
      end

      def encode(text)
        utf8(text).gsub(/[^A-Za-z0-9_.~-]/) { |c| c.bytes.map { |byte| format('%%%02X', byte) }.join }
      end

      # True when the text matches a pattern with * for any characters and ? for one.
      def glob?(pattern, text)
        form = pattern.gsub(/\*+/, '*').each_char.map { |c| { '*' => '.*', '?' => '.' }[c] || Regexp.escape(c) }
        Regexp.new("\\A#{form.join}\\z", Regexp::MULTILINE).match?(text)
      end

      # Milliseconds since the epoch of a date and time from 1970 on; nil for anything else. Decimals beyond the third
      # are cut off.
      def time(text)
        match = TIME.match(text)
        return nil if match.nil?

        year, month, day, hour, minute, second = match.captures.first(6).map(&:to_i)
        return nil unless year >= 1970 && day?(year, month, day) && hour < 24 && minute < 60 && second < 60

        millis = match[7].to_s.ljust(3, '0')[0, 3].to_i
        offset = (match[10].to_i * 60 + match[11].to_i) * (match[9] == '-' ? -1 : 1)
        Time.utc(year, month, day, hour, minute, second).to_i * 1_000 + millis - offset * 60_000
      end

      # Ruby takes the 31st of a shorter month for a day of the next one.
      def day?(year, month, day)
        month.between?(1, 12) && day.between?(1, 31) && Time.utc(year, month, day).day == day
      end

      # An event as a line of the line protocol, without its end.
      def format_line(event)
        seconds, millis = event[:time].divmod(1_000)
        stamp = millis.zero? ? seconds.to_s : format('%<s>d.%<ms>03d', s: seconds, ms: millis)
        "#{stamp} #{join_series([event[:type], *event[:tags]])} #{JSON.generate(event[:description])}"
      end

      # A backslash before the ; between tags would be taken for a part of it.
      def join_series(parts)
        parts[0..-2].map { |part| part.sub(/\\+\z/) { |tail| tail * 2 } }.push(parts.last).join(';')
      end
    end
  end
end
