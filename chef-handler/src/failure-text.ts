// Shortens error messages to their first line, and removes values that Chef and Ruby quote in it. Pure. gem/lib/chef_handler/anthracite/failure_text.rb.

import { cleanText, safeText, shortenCommandReferences } from '@anthracite/protocol/change';

const maxErrorChars = 200;

// Quoted values: better too much than too little is removed.
const quotes: readonly (readonly [RegExp, string])[] = [
  // Option password's value hunter2 does not match regular expression ...
  [/((?:Option|Property) [A-Za-z0-9_]+)'s value .*/, '$1 has a value that is not allowed'],
  // Property mode must be one of: String!  You passed 755.
  [/ *You passed .*/, ''],
  // undefined method `x' for "hunter2":String, also with lists and hashes
  [/ for (?:"|\[|\{|#<).*/, ''],
  [/(invalid value for [A-Za-z]+)\(\): .*/, '$1()'],
  // The output of a command.
  [/( returned [0-9]+): .*/, '$1'],
];

/** The first line of an error message that is not empty; further lines quote the command and its output. */
export function firstLine(message: string): string {
  return message.split(/[\r\n]/).find((line) => /[^ \t]/.test(line)) ?? 'no reason given';
}

/** A line of an error message: clean, masked and shortened. */
export function failureText(line: string): string {
  const text = quotes.reduce((rest, [form, replacement]) => rest.replace(form, replacement), line);
  return safeText(shortenCommandReferences(text), maxErrorChars);
}

/** Chef's explanation of an error: clean, masked and shortened. It quotes no command, so all lines are used. */
export function explanationText(text: string): string {
  return failureText(cleanText(text));
}
