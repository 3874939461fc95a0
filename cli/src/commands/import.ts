// anthracite import: submits the events of a file, of standard input, or of a live Graphite.

import { patientRetry, preview, printable } from '@anthracite/protocol';
import { Option } from 'commander';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTime,
  readTimeZone,
} from '../client-options';
import type { Environment } from '../environment';
import { exitCodes, UsageError } from '../exit-codes';
import { type ImportCounts, importAll } from '../import/importer';
import { type ImportFormat, importFormats, openSource, type Source } from '../import/source';
import { formatCount, Progress } from '../progress';
import type { CommandContext } from './context';

interface ImportOptions extends ClientOptions {
  readonly format?: ImportFormat;
  readonly from?: string;
  readonly until?: string;
  readonly skip?: string;
  readonly json?: boolean;
}

const maxShownProblems = 10;
const yearMs = 366 * 86_400_000;

const examples = `
What the file holds is found out by looking; --format says it. It may be packed with gzip. The same event twice is one
event: an import can be repeated, and an import that was interrupted says with which --skip it goes on.

Examples:
  $ anthracite import events.json
  $ anthracite export --server http://old:2006 | anthracite import -
  $ anthracite import http://graphite.example --from 20250101
  $ anthracite import /var/lib/old-anthracite/anthracite.db`;

/** Adds the command. */
export function addImportCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('import')
    .description('submit the events of a file, of standard input (-), or of a live Graphite')
    .argument('<source>', 'a file, -, or the address of a Graphite')
    .addOption(new Option('--format <name>', 'default: what it looks like').choices(importFormats))
    .option('--from <when>', 'from a Graphite: from then on (default: the beginning)')
    .option('--until <when>', 'from a Graphite: until then (default: all)')
    .option('--skip <count>', 'pass over so many events, which were imported before')
    .option('--json', 'print the summary as JSON');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (name: string, options: ImportOptions) => end(await runImport(name, options, environment)));
}

async function runImport(name: string, options: ImportOptions, environment: Environment): Promise<number> {
  const zone = readTimeZone(options, environment);
  const now = environment.now();
  const seconds = (option: 'from' | 'until', fallback: number): number => {
    const text = options[option];
    return text === undefined ? fallback : Math.floor(readTime(`--${option}`, text, now, zone) / 1000);
  };
  const skip = readSkip(options.skip);
  const client = createClient(options, environment, { retry: patientRetry });
  const source = await openSource(
    {
      name,
      format: options.format ?? null,
      fromSeconds: seconds('from', 0),
      // Events that are planned are there already.
      untilSeconds: seconds('until', Math.floor((now + yearMs) / 1000)),
    },
    environment,
  );
  const counts: ImportCounts = { items: 0, stored: 0, duplicate: 0, rejected: 0, isCut: false };
  const progress = new Progress(environment);
  let stop: { exitCode: number } | undefined;
  environment.onSignal((_signal, exitCode) => {
    stop = { exitCode };
  });
  let problems = 0;
  const tell = (text: string): void => {
    progress.clear();
    environment.stderr.write(`${text}\n`);
  };
  try {
    await importAll(source.found, client, counts, {
      skip,
      onProblem: (item, message) => {
        if (++problems <= maxShownProblems) tell(`item ${item}: ${printable(message)}`);
      },
      onProgress: () => progress.show(describeProgress(counts, source)),
      isStopped: () => stop !== undefined,
    });
  } catch (error) {
    finish(tell, counts, options, environment, problems);
    if (counts.items > 0) tell(resumeHint(counts));
    throw error;
  }
  progress.clear();
  finish(tell, counts, options, environment, problems);
  if (stop !== undefined) {
    tell(resumeHint(counts));
    return stop.exitCode;
  }
  return counts.rejected > 0 ? exitCodes.refused : exitCodes.done;
}

function readSkip(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--skip is ${preview(text)}; expected a whole number of events`);
}

function describeProgress({ items, rejected }: ImportCounts, source: Source): string {
  const part = source.part();
  const percent = part === null ? '' : `, ${Math.floor(part * 100)} %`;
  return `${formatCount(items)} events${rejected === 0 ? '' : `, ${formatCount(rejected)} rejected`}${percent}`;
}

function finish(
  tell: (text: string) => void,
  counts: ImportCounts,
  { json }: ImportOptions,
  { stdout }: Environment,
  problems: number,
): void {
  const { stored, duplicate, rejected, isCut } = counts;
  if (problems > maxShownProblems) tell(`... and ${formatCount(problems - maxShownProblems)} more`);
  if (rejected > 0)
    tell('what was rejected is kept by the server: anthracite rejects shows, mends and submits it');
  if (isCut) tell('the source says that it was cut short: there are more events where it came from');
  if (json) stdout.write(`${JSON.stringify({ stored, duplicate, rejected, truncated: isCut })}\n`);
  else stdout.write(`stored=${stored} duplicate=${duplicate} rejected=${rejected}\n`);
}

function resumeHint({ items }: ImportCounts): string {
  return `stopped after ${formatCount(items)} events; the same command with --skip ${items} goes on there`;
}
