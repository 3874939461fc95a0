// What is told of an error: its first line, without what Chef and Ruby quote in it. Pure.
// The gem does the same, to the byte: see gem/lib/chef_handler/anthracite/run_event.rb.

import { safeText } from '@anthracite/protocol/change';

const maxErrorChars = 200;

// Values that are quoted: too much goes rather than too little.
const quotes: readonly (readonly [RegExp, string])[] = [
  // Option password's value hunter2 does not match regular expression ...
  [/((?:Option|Property) [A-Za-z0-9_]+)'s value .*/, '$1 has a value that it may not have'],
  // Property mode must be one of: String!  You passed 755.
  [/ *You passed .*/, ''],
  // undefined method `x' for "hunter2":String, and what it shows of lists and hashes
  [/ for (?:"|\[|\{|#<).*/, ''],
  [/(invalid value for [A-Za-z]+)\(\): .*/, '$1()'],
];

/** The first line of an error's message that says something; what follows quotes the command and its output. */
export function firstLine(message: string): string {
  return message.split(/[\r\n]/).find((line) => /[^ \t]/.test(line)) ?? 'no reason was given';
}

/** A line of an error's message, fit to be told. */
export function failureText(line: string): string {
  return safeText(
    quotes.reduce((text, [form, replacement]) => text.replace(form, replacement), line),
    maxErrorChars,
  );
}
