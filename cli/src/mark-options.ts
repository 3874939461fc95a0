// The options of commands that mark the start, the detection or the end of a span, and the tags that they set.

import {
  type Event,
  eventLimits,
  freshKey,
  parseMark,
  preview,
  printable,
  type Severity,
} from '@anthracite/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addServerOption, addTimeZoneOption, atOption } from './client-options';
import { UsageError } from './exit-codes';
import { collect } from './filter-options';
import { addSpoolOptions, type SpoolOptions } from './spool/spool-place';

/** Details of a mark, besides its time and its text. */
export interface MarkDetails {
  readonly severity?: Severity | undefined;
  readonly impact?: string | undefined;
  readonly origin?: 'self' | 'external' | undefined;
  readonly tag?: readonly string[] | undefined;
}

/** Values of the mark options. */
export interface MarkOptions extends SpoolOptions, MarkDetails {
  readonly at?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds the mark options. */
export function addMarkOptions(command: Command): Command {
  command
    .option('--severity <1-4>', 'degradation for users: 1 full, 2 major, 3 minor, 4 none', readSeverity)
    .option('--impact <percent>', 'share of users or traffic that is affected, from 0 to 100', readImpact)
    .addOption(
      new Option('--origin <origin>', 'who caused the span: self or external').choices([
        'self',
        'external',
      ] as const),
    )
    .option('-t, --tag <tag>', 'key=value or one word; may be repeated', collect)
    .addOption(atOption())
    .option('--json', 'print JSON')
    .option('--quiet', 'print nothing on success');
  return addServerOption(addTimeZoneOption(addSpoolOptions(command)));
}

/** The span key: the given key, a new one by default, or null with `--no-key`, which is false. */
export function chooseKey(given: string | false | undefined): string | null {
  return given === undefined ? freshKey() : given || null;
}

/** Throws a `UsageError` for the start of a span whose marks need a key and have none. */
export function refuseMissingKey({ type, tags }: Pick<Event, 'type' | 'tags'>): void {
  if (parseMark(type, tags) !== null) return;
  throw new UsageError(
    `${printable(type)} is a mark only with a tag span=<key>, because it may also be the name of a project or a person; omit --no-key`,
  );
}

/** The tags that the options set. */
export function readMarkTags({ origin, impact, tag = [] }: MarkDetails): readonly string[] {
  return [
    ...(origin === undefined ? [] : [`origin=${origin}`]),
    ...(impact === undefined ? [] : [`impact=${impact}`]),
    ...tag,
  ];
}

/** Reads a span key, which must be a valid value of a tag. Throws an `InvalidArgumentError`. */
export function readKey(text: string): string {
  if (/^[^\s;]+$/.test(text) && Buffer.byteLength(text) < eventLimits.maxTagBytes / 2) return text;
  throw new InvalidArgumentError(`Expected one word without white space and ";".`);
}

function readSeverity(text: string): Severity {
  if (/^[1-4]$/.test(text)) return Number(text) as Severity;
  throw new InvalidArgumentError('Expected a number from 1 to 4.');
}

function readImpact(text: string): string {
  if (/^\d{1,3}(\.\d{1,9})?$/.test(text) && Number(text) <= 100) return text;
  throw new InvalidArgumentError(`Expected a number from 0 to 100 instead of ${preview(text)}.`);
}
