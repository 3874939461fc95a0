// anthracite export: writes events to a file or to standard output, in any format.

import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync } from 'node:fs';
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
import { UsageError } from '../exit-codes';
import { addFilterOptions, type FilterOptions, readFilter } from '../filter-options';
import { passOn } from '../output';
import { formatCount, Progress } from '../progress';
import type { CommandContext } from './context';

interface ExportOptions extends ClientOptions, FilterOptions {
  readonly format?: ListFormat;
  readonly output?: string;
  readonly limit?: string;
  readonly rawCells?: boolean;
}

// A script that calls back is for pages of the web.
const exportFormats = listFormatNames.filter((name) => name !== 'jsonp');

const examples = `
All events of the range are exported, the oldest first. ${exportFormats.filter((name) => listFormats[name].isLossless).join(', ')} can be imported again,
and csv with --raw-cells. A file gets its name when it is whole.

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
      new Option('--format <name>', 'default: by the ending of --output, or raw').choices(exportFormats),
    )
    .option('-o, --output <file>', 'the file (default: standard output)')
    .option('--limit <count>', 'at most so many events (default: all)')
    .option('--raw-cells', 'csv: every cell to the letter, even what a spreadsheet takes for a formula');
  addServerOption(
    addTimeZoneOption(addFilterOptions(command, { until: 'until then, inclusive (default: the end)' })),
  )
    .addHelpText('after', examples)
    .action(async (options: ExportOptions) => runExport(options, environment));
}

async function runExport(options: ExportOptions, environment: Environment): Promise<void> {
  const { output, limit, rawCells } = options;
  const format = readFormat(options.format, output);
  if (rawCells && format !== 'csv') throw new UsageError('--raw-cells is for csv');
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit))
    throw new UsageError(`--limit is ${preview(limit)}; expected a whole number from 1`);
  if (format === 'sqlite') {
    if (limit !== undefined)
      throw new UsageError('--limit is not for sqlite: a file has all events of its range');
    if (output === undefined && environment.stdout.isTTY)
      throw new UsageError('an SQLite file is nothing for a terminal; name a file with --output');
  }
  const zone = readTimeZone(options, environment);
  const client = createClient(options, environment, { retry: patientRetry });
  const filter = readFilter(options, environment.now(), zone);
  const pieces = client.stream(format, {
    ...filter,
    // All means all: what was before 1970, and what is planned.
    from: filter['from'] ?? formatTime(eventLimits.minTimeMs, 'UTC'),
    until: filter['until'] ?? formatTime(eventLimits.maxTimeMs, 'UTC'),
    ...(format === 'sqlite' ? { limit: undefined } : { order: 'ascending', limit: limit ?? 'all' }),
    ...(rawCells && { raw: 1 }),
  });
  if (output === undefined) await passOn(environment, pieces);
  else await writeFile(output, pieces, environment);
}

function readFormat(name: ListFormat | undefined, output: string | undefined): ListFormat {
  if (name !== undefined) return name;
  if (output === undefined) return 'raw';
  const ending = extname(output).slice(1);
  const format = exportFormats.find((one) => one === ending || listFormats[one].extension === ending);
  if (format !== undefined) return format;
  throw new UsageError(
    `no format is known by the ending of ${preview(output)}; give one with --format: ${exportFormats.join(', ')}`,
  );
}

// Under another name until it is whole: half an export is never taken for one.
async function writeFile(
  output: string,
  pieces: AsyncIterable<Uint8Array>,
  environment: Environment,
): Promise<void> {
  const unfinished = `${output}.part`;
  const progress = new Progress(environment);
  const file = createWriteStream(unfinished);
  const closed = finished(file);
  closed.catch(() => {}); // it is awaited below
  let bytes = 0;
  try {
    await Promise.race([once(file, 'open'), closed]);
    for await (const piece of pieces) {
      bytes += piece.length;
      if (!file.write(piece)) await Promise.race([once(file, 'drain'), closed]);
      progress.show(`${formatCount(Math.floor(bytes / 1024))} KiB`);
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
  environment.stderr.write(`${formatCount(bytes)} bytes in ${preview(output)}\n`);
}
