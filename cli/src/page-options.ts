// The options that say how many events, in which order, from where, and how they are folded.

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
      "fold events of one type that share the value of this tag's key, such as version, and lie close together",
    )
    .option('--window <duration>', 'how far apart two neighbours in a group may be (default: 15min)');
}

/** What they ask for, as parameters of a list. Throws a `UsageError`. */
export function readGroup({ group, window }: GroupOptions): { group?: string; window?: string } {
  if (window !== undefined && group === undefined)
    throw new UsageError('--window says how far --group reaches; give --group too');
  return { ...(group !== undefined && { group }), ...(window !== undefined && { window }) };
}

/** The option `--order`. */
export function createOrderOption(doc: string): Option {
  return new Option('--order <order>', doc).choices(['ascending', 'descending']);
}

/** A number of events that was given with an option, Infinity for `all`. Throws a `UsageError`. */
export function readCount(option: string, text: string, min = 1): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (count >= min) return count;
  throw new UsageError(`${option} is ${preview(text)}; expected a whole number from ${min}, or all`);
}

/** The number as the parameter `limit` takes it. */
export function writeLimit(limit: number): string {
  return Number.isFinite(limit) ? String(limit) : 'all';
}
