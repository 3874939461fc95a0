// The options that choose events, for all commands that ask for some.

import { formatTime, type ListQuery } from '@anthracite/protocol';
import type { Command } from 'commander';
import { readTime } from './client-options';

/** Values of these options. */
export interface FilterOptions {
  readonly from?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly any?: readonly string[];
  readonly all?: readonly string[];
  readonly none?: readonly string[];
  readonly search?: readonly string[];
}

/** Reads an option that may be repeated: all its values, in order. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** How the range is described. */
export interface RangeDocs {
  readonly from?: string;
  readonly until?: string;
}

/** Adds them. */
export function addFilterOptions(
  command: Command,
  {
    from = 'from then on, inclusive (default: the beginning)',
    until = 'until then, inclusive (default: now)',
  }: RangeDocs = {},
): Command {
  return command
    .option('--from <when>', from)
    .option('--until <when>', until)
    .option('--type <type>', 'of this type, or pattern with *; !type leaves it out; may be repeated', collect)
    .option('--any <tag>', 'with this tag, or pattern with *; repeated: with any of these', collect)
    .option('--tag, --all <tag>', 'with this tag, or pattern with *; repeated: with all of these', collect)
    .option('--none <tag>', 'without this tag, or pattern with *; may be repeated', collect)
    .option('--search <text>', 'with these words, "phrases" or prefix*; -word leaves out', collect);
}

/** True when some filter was given. */
export function hasFilter({ from, until, type, any, all, none, search }: FilterOptions): boolean {
  return [from, until, type, any, all, none, search].some((given) => given !== undefined);
}

/** What they ask for, as parameters of a list. Times are read in `zone`. */
export function readFilter(options: FilterOptions, now: number, zone: string): ListQuery {
  const time = (option: 'from' | 'until'): string | undefined => {
    const text = options[option];
    return text === undefined ? undefined : formatTime(readTime(`--${option}`, text, now, zone), 'UTC');
  };
  const { type, any, all, none, search } = options;
  return { from: time('from'), until: time('until'), type, any, all, none, q: search };
}
