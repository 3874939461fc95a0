// anthracite export: writes events to a file or to standard output, in any format.

import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { extname } from 'node:path';
import { finished } from 'node:stream/promises';
import { eventLimits, formatTime, patientRetry, preview } from '@anthracite/protocol';
import { type ListFormat, listFormatNames, listFormats } from '@anthracite/server/core';
import { Option } from 'commander';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import type { Environment } from '../environment';
import { createEventCounter } from '../event-counter';
import { UsageError } from '../exit-codes';
import { addFilterOptions, type FilterOptions, readFilter } from '../filter-options';
import { warnOfUnknownTypes } from '../known-types';
import { passOn } from '../output';
import { describeEvents, formatCount, Progress } from '../progress';
import type { CommandContext } from './context';

interface ExportOptions extends ClientOptions, FilterOptions {
  readonly format?: ListFormat;
  readonly output?: string;
  readonly limit?: string;
  readonly rawCells?: boolean;
  readonly bom?: boolean;
  readonly force?: boolean;
}

// JSONP is only for web pages.
const exportFormats = listFormatNames.filter((name) => name !== 'jsonp');

const examples = `
Exports all events of the range, oldest first. ${exportFormats.filter((name) => listFormats[name].isLossless).join(', ')} files can be imported again,
and csv files that were written with --raw-cells. The file is named <file>.part until it is complete. Excel reads CSV as
UTF-8 only with --bom.

Examples:
  $ anthracite export -o events.ndjson
  $ anthracite export --format csv --type 'deploy_*' --from -30d -o deploys.csv
  $ anthracite export -o events.db && sqlite3 events.db 'SELECT type, count(*) FROM events GROUP BY type'
  $ anthracite export | gzip > events.txt.gz`;

/** Adds the command. */
export function addExportCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('export')
    .description('write events to a file or to standard output')
    .addOption(
      new Option('--format <name>', 'output format (default: by the extension of --output, or raw)').choices(
        exportFormats,
      ),
    )
    .option('-o, --output <file>', 'output file (default: standard output)')
    .option('--limit <count>', 'maximum number of events (default: all)')
    .option('--raw-cells', 'csv: write cells unchanged, even if a spreadsheet would run them as formulas')
    .option('--bom', 'csv: start with a byte order mark, so that Excel reads the file as UTF-8')
    .option('--force', 'overwrite an existing file');
  addServerOption(
    addTimeZoneOption(
      addFilterOptions(command, { until: 'end of the range, inclusive (default: the last event)' }),
    ),
  )
    .addHelpText('after', examples)
    .action(async (options: ExportOptions) => runExport(options, environment));
}

async function runExport(options: ExportOptions, environment: Environment): Promise<void> {
  const { output, limit, rawCells, bom, force } = options;
  const format = readFormat(options.format, output);
  if (rawCells && format !== 'csv') throw new UsageError('--raw-cells works only with --format csv');
  if (bom && format !== 'csv') throw new UsageError('--bom works only with --format csv');
  if (force && output === undefined) throw new UsageError('--force works only with --output');
  if (output !== undefined && !force && existsSync(output))
    throw new UsageError(`${preview(output)} exists; use --force to overwrite it`);
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit))
    throw new UsageError(`--limit is ${preview(limit)}; expected a whole number of at least 1`);
  if (format === 'sqlite') {
    if (limit !== undefined)
      throw new UsageError('--limit does not work with sqlite, which always has all events of the range');
    if (output === undefined && environment.stdout.isTTY)
      throw new UsageError('an SQLite file cannot be written to a terminal; name a file with --output');
  }
  const zone = readTimeZone(options, environment);
  const client = createClient(options, environment, { retry: patientRetry });
  await warnOfUnknownTypes(client, options.type, environment);
  const filter = readFilter(options, environment.now(), zone);
  const pieces = client.stream(format, {
    ...filter,
    // Includes events before 1970 and planned events.
    from: filter['from'] ?? formatTime(eventLimits.minTimeMs, 'UTC'),
    until: filter['until'] ?? formatTime(eventLimits.maxTimeMs, 'UTC'),
    ...(format === 'sqlite' ? { limit: undefined } : { order: 'ascending', limit: limit ?? 'all' }),
    ...(rawCells && { raw: 1 }),
    ...(bom && { bom: 1 }),
  });
  if (output === undefined) await passOn(environment, pieces);
  else await writeFile(output, format, pieces, environment);
}

function readFormat(name: ListFormat | undefined, output: string | undefined): ListFormat {
  if (name !== undefined) return name;
  if (output === undefined) return 'raw';
  const ending = extname(output).slice(1);
  const format = exportFormats.find((one) => one === ending || listFormats[one].extension === ending);
  if (format !== undefined) return format;
  throw new UsageError(
    `unknown file extension in ${preview(output)}; choose a format with --format: ${exportFormats.join(', ')}`,
  );
}

// Writes under another name until the export is complete, so that nobody mistakes a partial export for a complete one.
async function writeFile(
  output: string,
  format: ListFormat,
  pieces: AsyncIterable<Uint8Array>,
  environment: Environment,
): Promise<void> {
  const unfinished = `${output}.part`;
  const progress = new Progress(environment);
  const file = createWriteStream(unfinished);
  const closed = finished(file);
  closed.catch(() => {}); // awaited below
  const counter = createEventCounter(format);
  let bytes = 0;
  let events: number | null = null;
  try {
    await Promise.race([once(file, 'open'), closed]);
    for await (const piece of pieces) {
      bytes += piece.length;
      if (!file.write(piece)) await Promise.race([once(file, 'drain'), closed]);
      events = counter?.(piece) ?? null;
      progress.show(describeProgress(events, bytes));
    }
    file.end();
    await closed;
    renameSync(unfinished, output);
  } catch (error) {
    file.destroy();
    rmSync(unfinished, { force: true });
    if ('syscall' in (error as object))
      throw new UsageError(`${preview(output)} cannot be written: ${(error as Error).message}`);
    throw error;
  } finally {
    progress.clear();
  }
  const counted = events === null ? '' : `${describeEvents(events)}, `;
  environment.stderr.write(`${counted}${formatCount(bytes)} bytes written to ${preview(output)}\n`);
}

function describeProgress(events: number | null, bytes: number): string {
  return events === null ? `${formatCount(Math.floor(bytes / 1024))} KiB` : describeEvents(events);
}
