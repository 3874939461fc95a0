// What Puppet says of a failure, without what it quotes there: commands, and the values of properties. Pure.

import { cleanText, cutText, maskSecrets } from '@anthracite/protocol/change';

// Puppet quotes without escaping, so each of these goes as far as it can: too much is taken out rather than too little.
const quotes: readonly (readonly [RegExp, string])[] = [
  // change from 'absent' to 'file' failed: ...
  [/^change from .* failed: /, ''],
  [/^change from .*$/, 'failed'],
  // Could not set 'file' on ensure: ...
  [/^Could not set '.*' on ([a-z_]+)/, 'Could not set $1'],
  [/^Could not set '.*$/, 'Could not set a property'],
  // Execution of '/usr/bin/apt-get ...' returned 100: ..., '/bin/sh -c ...' returned 3 instead of one of [0]
  [/(?:Execution of )?'.*' returned ([0-9]+)/, 'returned $1'],
  [/Invalid value (?:'.*'|".*")/, 'Invalid value'],
  [/ got (?:'.*'|".*")/, ' got another value'],
];

// What stands before the reason why a catalog could not be compiled.
const catalogPrefixes =
  /^(?:(?:Could not retrieve catalog from remote server|Error [0-9]+ on SERVER|Server Error|Could not compile catalog|Failed to apply catalog): )+/;

/** The text of a resource's failure: clean, masked, at most `maxChars` characters. */
export function resourceFailureText(message: string, maxChars: number): string {
  return finish(withoutQuotes(message), maxChars);
}

/** The reason of a run's failure, without the words that all of them begin and end with. */
export function runFailureText(message: string, maxChars: number): string {
  const text = withoutQuotes(message)
    .replace(catalogPrefixes, '')
    .replace(/ on node [^ ]+$/, '');
  return finish(text, maxChars);
}

function withoutQuotes(message: string): string {
  return quotes.reduce((text, [form, replacement]) => text.replace(form, replacement), cleanText(message));
}

// Some reasons end where the output of a command would stand, had it any.
const finish = (text: string, maxChars: number): string =>
  cutText(maskSecrets(text.replace(/[: ]+$/, '')), maxChars);
