// The options for the number, the order and the grouping of events.

import { preview } from '@anthracite/protocol';
import { type Command, Option } from 'commander';
import { UsageError } from './exit-codes';

/** Values of `addGroupOptions`. */
export interface GroupOptions {
  readonly group?: string;
  readonly window?: string;
}

/** Adds `--group` and `--window`. */
export function addGroupOptions(command: Command): Command {
  return command
    .option(
      '--group <key>',
      'group events of one type that have the same value of this tag key, such as version, and are close in time',
    )
    .option('--window <duration>', 'maximum time between two consecutive events of a group (default: 15min)');
}

/** The grouping as query parameters. Throws a `UsageError`. */
export function readGroup({ group, window }: GroupOptions): { group?: string; window?: string } {
  if (window !== undefined && group === undefined)
    throw new UsageError('--window needs --group; give a tag key to group by');
  return { ...(group !== undefined && { group }), ...(window !== undefined && { window }) };
}

/** The option `--order`. */
export function createOrderOption(doc: string): Option {
  return new Option('--order <order>', doc).choices(['ascending', 'descending']);
}

/** The number in an option's value; Infinity for `all`. Throws a `UsageError`. */
export function readCount(option: string, text: string, min = 1): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (count >= min) return count;
  throw new UsageError(`${option} is ${preview(text)}; expected a whole number of at least ${min}, or all`);
}

/** The number as a value of the parameter `limit`. */
export function writeLimit(limit: number): string {
  return Number.isFinite(limit) ? String(limit) : 'all';
}
