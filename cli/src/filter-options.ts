// The options that filter events, shared by all commands that query them.

import { formatTime, type ListQuery } from '@anthracite/protocol';
import type { Command } from 'commander';
import { readTime } from './client-options';
import { UsageError } from './exit-codes';

/** Values of the filter options. */
export interface FilterOptions {
  readonly from?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly any?: readonly string[];
  readonly all?: readonly string[];
  readonly none?: readonly string[];
  readonly some?: readonly string[];
  readonly search?: readonly string[];
}

/** Reads an option that may be repeated: all its values, in order. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** Help texts of the range options, and the noun for what is filtered. */
export interface FilterDocs {
  readonly what?: string;
  readonly from?: string;
  readonly until?: string;
}

/** Adds the filter options. */
export function addFilterOptions(
  command: Command,
  {
    what = 'events',
    from = 'start of the range, inclusive (default: the first event)',
    until = 'end of the range, inclusive (default: now)',
  }: FilterDocs = {},
): Command {
  return command
    .option('--from <when>', from)
    .option('--until <when>', until)
    .option(
      '--type <type>',
      `only ${what} of this type; * is a wildcard, !type excludes a type; may be repeated`,
      collect,
    )
    .option(
      '--any <tag>',
      `only ${what} with this tag; * is a wildcard; repeated: with at least one of these tags`,
      collect,
    )
    .option(
      '--tag, --all <tag>',
      `only ${what} with this tag; * is a wildcard; repeated: with all of these tags`,
      collect,
    )
    .option(
      '--none <tag>',
      `only ${what} without this tag; * is a wildcard; repeated: without any of these tags`,
      collect,
    )
    .option(
      '--some <tags>',
      `only ${what} with any of these tags, separated by spaces; * is a wildcard; repeated: with any tag of each list`,
      collect,
    )
    .option(
      '--search <text>',
      `only ${what} with these words, "phrases" or prefix*; -word excludes a word`,
      collect,
    );
}

/** True if at least one filter is set. */
export function hasFilter({ from, until, type, any, all, none, some, search }: FilterOptions): boolean {
  return [from, until, type, any, all, none, some, search].some((given) => given !== undefined);
}

/** The filters as query parameters. Times are read in `zone`. Throws a `UsageError`. */
export function readFilter(options: FilterOptions, now: number, zone: string): ListQuery {
  const time = (option: 'from' | 'until'): string | undefined => {
    const text = options[option];
    return text === undefined ? undefined : formatTime(readTime(`--${option}`, text, now, zone), 'UTC');
  };
  const { type, any, all, none, some, search } = options;
  const [from, until] = [time('from'), time('until')];
  if (from !== undefined && until !== undefined && Date.parse(from) > Date.parse(until))
    throw new UsageError(`--from (${from}) is after --until (${until}); swap them`);
  return { from, until, type, any, all, none, some, q: search };
}
