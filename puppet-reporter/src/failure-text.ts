// Shortens Puppet's failure messages, and removes quoted commands and values of properties. Pure.

import { cleanText, cutText, maskSecrets, shortenCommandReferences } from '@anthracite/protocol/change';

// Puppet quotes without escaping, so each expression matches as much as possible: better too much than too little.
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
  // 'htpasswd -b ...' is not qualified and no path was specified
  [/'.*' is not qualified/, 'the command is not qualified'],
  // If the shell does not find a command, the message is the output of the shell.
  [/^.*(?<![A-Za-z0-9_-])(?:ba|da|k|z|a)?sh: .*not found.*$/, 'command not found'],
];

// The output of commands that returned a status, and of services that did not start.
const outputs: readonly (readonly [RegExp, string])[] = [
  [/( returned [0-9]+(?: instead of one of \[[0-9, ]*\])?|^returned [0-9]+): .*/, '$1'],
  [/ failed! journalctl log for .*/, ' failed'],
  [/(command (?:failed|exceeded timeout)): .*/, '$1'],
];

// Prefixes of the reason why a catalog could not be compiled.
const catalogPrefixes =
  /^(?:(?:Could not retrieve catalog from remote server|Error [0-9]+ on SERVER|Server Error|Could not compile catalog|Failed to apply catalog): )+/;

/** The failure message of a resource: clean, masked, at most `maxChars` characters. */
export function resourceFailureText(message: string, maxChars: number, showOutput: boolean): string {
  return finish(withoutQuotes(message, showOutput), maxChars);
}

/** The failure message of a run, without the prefixes and suffixes that all of them have. */
export function runFailureText(message: string, maxChars: number, showOutput: boolean): string {
  const text = withoutQuotes(message, showOutput)
    .replace(catalogPrefixes, '')
    .replace(/ on node [^ ]+$/, '');
  return finish(text, maxChars);
}

function withoutQuotes(message: string, showOutput: boolean): string {
  const forms = showOutput ? quotes : [...quotes, ...outputs];
  const text = forms.reduce(
    (rest, [form, replacement]) => rest.replace(form, replacement),
    cleanText(message),
  );
  return shortenCommandReferences(text);
}

// Removes the separator before an empty output.
const finish = (text: string, maxChars: number): string =>
  cutText(maskSecrets(text.replace(/[: ]+$/, '')), maxChars);
