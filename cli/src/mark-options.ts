// The options of commands that mark the start, the detection or the end of something: which tags they stand for.

import { eventLimits, preview, type Severity } from '@anthracite/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addServerOption, addTimeZoneOption, type ClientOptions } from './client-options';
import { collect } from './filter-options';
import { freshKey } from './fresh-key';

/** Values of these options. */
export interface MarkOptions extends ClientOptions {
  readonly severity?: Severity;
  readonly impact?: string;
  readonly origin?: 'self' | 'external';
  readonly tag?: readonly string[];
  readonly at?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds them. */
export function addMarkOptions(command: Command): Command {
  command
    .option('--severity <1-4>', '1 full, 2 major, 3 minor, 4 no degradation for users', readSeverity)
    .option('--impact <percent>', 'how much of the whole is affected, 0 to 100', readImpact)
    .addOption(
      new Option('--origin <origin>', 'of our own making or not').choices(['self', 'external'] as const),
    )
    .option('-t, --tag <tag>', 'key=value or a word; may be repeated', collect)
    .option('--at <when>', "when it happened, as Graphite's from takes it, or ISO 8601 (default: now)")
    .option('--json', 'print JSON')
    .option('--quiet', 'print nothing when it went well');
  return addServerOption(addTimeZoneOption(command));
}

/** The key that marks share: the one that was given, a fresh one, or null with `--no-key`, which is false. */
export function chooseKey(given: string | false | undefined): string | null {
  return given === undefined ? freshKey() : given || null;
}

/** The tags that they stand for. */
export function readMarkTags({ origin, impact, tag = [] }: MarkOptions): readonly string[] {
  return [
    ...(origin === undefined ? [] : [`origin=${origin}`]),
    ...(impact === undefined ? [] : [`impact=${impact}`]),
    ...tag,
  ];
}

/** Reads a key: what can be the value of a tag. */
export function readKey(text: string): string {
  if (/^[^\s;]+$/.test(text) && Buffer.byteLength(text) < eventLimits.maxTagBytes / 2) return text;
  throw new InvalidArgumentError(`Expected a word without white space and ";".`);
}

function readSeverity(text: string): Severity {
  if (/^[1-4]$/.test(text)) return Number(text) as Severity;
  throw new InvalidArgumentError('Expected a number from 1 to 4.');
}

function readImpact(text: string): string {
  if (/^\d{1,3}(\.\d{1,9})?$/.test(text) && Number(text) <= 100) return text;
  throw new InvalidArgumentError(`Expected a number from 0 to 100 instead of ${preview(text)}.`);
}
