// anthracite import: submits the events of a file, of standard input, of a live Graphite, or of a live Grafana.

import { patientRetry, preview, printable } from '@anthracite/protocol';
import { Option } from 'commander';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTime,
  readTimeZone,
  readTokenFile,
} from '../client-options';
import type { Environment } from '../environment';
import { exitCodes, UsageError } from '../exit-codes';
import { type ImportCounts, importAll } from '../import/importer';
import { type ImportFormat, importFormats } from '../import/readers';
import { openSource, type Source } from '../import/source';
import { formatCount, Progress } from '../progress';
import type { CommandContext } from './context';

interface ImportOptions extends ClientOptions {
  readonly format?: ImportFormat;
  readonly from?: string;
  readonly until?: string;
  readonly sourceTokenFile?: string;
  readonly skip?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const maxShownProblems = 10;
const yearMs = 366 * 86_400_000;

const examples = `
The format is detected; --format overrides it. The file may be compressed with gzip. You can repeat an import: events
that are already stored count as duplicates. An interrupted import prints the --skip option that continues it.

Examples:
  $ anthracite import events.json
  $ anthracite export --server http://old:2006 | anthracite import -
  $ anthracite import http://graphite.example --from 20250101
  $ anthracite import http://grafana.example/api/annotations --source-token-file grafana.token
  $ anthracite import /var/lib/old-anthracite/anthracite.db`;

/** Adds the command. */
export function addImportCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('import')
    .description('import events from a file, standard input (-), or a running Graphite or Grafana')
    .argument(
      '<source>',
      "a file, - for standard input, the URL of a Graphite server, or the URL of Grafana's /api/annotations",
    )
    .addOption(
      new Option('--format <name>', 'format of the source (default: detected)').choices(importFormats),
    )
    .option('--from <when>', 'only for a URL: start of the range (default: the first event)')
    .option('--until <when>', 'only for a URL: end of the range (default: the last event)')
    .option('--source-token-file <file>', 'Grafana only: file with the token of a service account')
    .option(
      '--skip <count>',
      'skip this number of items at the start of the source, which were imported before',
    )
    .option(
      '--force',
      'import even if the first 20 items (or all of a shorter file) are invalid; keep them as rejected lines',
    )
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
      token: readSourceToken(options.sourceTokenFile),
      fromSeconds: seconds('from', 0),
      // Includes planned events.
      untilSeconds: seconds('until', Math.floor((now + yearMs) / 1000)),
    },
    environment,
  );
  const counts: ImportCounts = { items: 0, stored: 0, duplicate: 0, rejected: 0, isTruncated: false };
  const progress = new Progress(environment);
  let stop: { exitCode: number } | undefined;
  environment.onSignal((_signal, exitCode) => {
    stop = { exitCode };
  });
  let problems = 0;
  const say = (text: string): void => {
    progress.clear();
    environment.stderr.write(`${text}\n`);
  };
  try {
    await importAll(source.found, client, counts, {
      skip,
      force: options.force ?? false,
      onProblem: (item, message) => {
        if (++problems <= maxShownProblems) say(`item ${item}: ${printable(message)}`);
      },
      onProgress: () => progress.show(describeProgress(counts, source)),
      isStopped: () => stop !== undefined,
    });
  } catch (error) {
    finish(say, counts, options, environment, problems);
    if (counts.items > 0) say(resumeHint(counts));
    throw error;
  }
  progress.clear();
  finish(say, counts, options, environment, problems);
  if (stop !== undefined) {
    say(resumeHint(counts));
    return stop.exitCode;
  }
  return counts.rejected > 0 ? exitCodes.refused : exitCodes.done;
}

function readSourceToken(file: string | undefined): string | undefined {
  return file === undefined ? undefined : readTokenFile(file, 'flag --source-token-file').token;
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
  say: (text: string) => void,
  counts: ImportCounts,
  { json }: ImportOptions,
  { stdout }: Environment,
  problems: number,
): void {
  const { stored, duplicate, rejected, isTruncated } = counts;
  if (problems > maxShownProblems) say(`... and ${formatCount(problems - maxShownProblems)} more`);
  if (rejected > 0)
    say('the server keeps the rejected items; to list, correct and resubmit them: anthracite rejects');
  if (isTruncated) say('the source is marked as truncated; its origin has more events');
  if (json) stdout.write(`${JSON.stringify({ stored, duplicate, rejected, truncated: isTruncated })}\n`);
  else stdout.write(`stored=${stored} duplicate=${duplicate} rejected=${rejected}\n`);
}

function resumeHint({ items }: ImportCounts): string {
  return `stopped after ${formatCount(items)} events; to continue, repeat the command with --skip ${items}`;
}
