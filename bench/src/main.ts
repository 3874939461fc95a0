// Runs scenarios against real peers and prints the results. The only file of the bench that exits.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killPeers } from './peers/process';
import { comparedValue, type Figure, isReached, type Scenario } from './scenario';
import { acknowledgement } from './scenarios/acknowledgement';
import { annotations } from './scenarios/annotations';
import { anyFilter } from './scenarios/any-filter';
import { exportAll } from './scenarios/export';
import { getData } from './scenarios/get-data';
import { healthUnderFlood } from './scenarios/health-under-flood';
import { millionMarks } from './scenarios/million-marks';
import { pages } from './scenarios/pages';
import { postEvent } from './scenarios/post-event';
import { puppetBurst } from './scenarios/puppet-burst';
import { search } from './scenarios/search';
import { spans } from './scenarios/spans';
import { tcpIngest } from './scenarios/tcp-ingest';
import { tenMillion } from './scenarios/ten-million';

const scenarios: readonly Scenario[] = [
  postEvent,
  getData,
  tcpIngest,
  healthUnderFlood,
  acknowledgement,
  puppetBurst,
  exportAll,
  anyFilter,
  annotations,
  search,
  spans,
  pages,
  tenMillion,
  millionMarks,
];

const help = `Usage: npm run bench -- [--quick] [--json] [--list] [scenario...]

Measures Anthracite against real peers in the same run; see bench/README.md.

  --quick  small numbers: shows that it works, and no more
  --json   print one JSON object instead of the table
  --list   print the scenarios

Scenarios:
${scenarios.map(({ name, what }) => `  ${name.padEnd(20)}${what}`).join('\n')}
`;

class UsageError extends Error {}

interface Result {
  readonly scenario: string;
  readonly what: string;
  /** The missing Debian package, if the scenario was not run. */
  readonly missing: string | null;
  readonly figures: readonly Figure[];
}

const folder = mkdtempSync(join(tmpdir(), 'anthracite-bench-'));
const say = (text: string): void => {
  process.stderr.write(`bench: ${text}\n`);
};

function end(exitCode: number): never {
  killPeers();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.exit(exitCode);
}

process.on('SIGINT', () => end(130));
process.on('SIGTERM', () => end(143));

async function runAll(chosen: readonly Scenario[], isQuick: boolean): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, what, missing, run } of chosen) {
    const absent = missing();
    if (absent !== null) say(`${name} is skipped: it needs Debian's ${absent}`);
    const own = mkdtempSync(join(folder, `${name}-`));
    const context = { isQuick, folder: own, say: (text: string) => say(`${name}: ${text}`) };
    results.push({
      scenario: name,
      what,
      missing: absent,
      figures: absent === null ? await run(context) : [],
    });
    rmSync(own, { recursive: true, force: true, maxRetries: 10 });
  }
  return results;
}

function format(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits }).replaceAll(',', ' ');
}

function toRow(figure: Figure): string[] {
  const { what, unit, ours, peer, peerName, goal } = figure;
  const reached = isReached(figure);
  return [
    what,
    `${format(ours)} ${unit}`,
    peer === null ? '' : `${peerName}: ${format(peer)} ${unit}`,
    peer === null ? '' : `${format(comparedValue(figure))}x`,
    goal === null ? '' : `${goal.is} ${goal.value}${peer === null ? ` ${unit}` : 'x'}`,
    reached === null ? '' : reached ? 'reached' : 'NOT REACHED',
  ];
}

function formatTable(results: readonly Result[]): string {
  const rows = results.flatMap((result) => result.figures.map(toRow));
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return results
    .map(({ scenario, what, missing, figures }) =>
      [
        `${scenario}: ${what}`,
        ...(missing === null
          ? figures.map((figure) => `  ${line(toRow(figure))}`)
          : [`  skipped: needs Debian's ${missing}`]),
        '',
      ].join('\n'),
    )
    .join('\n');
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowPositionals: true,
  });
  if (values.list || values.help) {
    process.stdout.write(help);
    return 0;
  }
  const unknown = positionals.find((name) => !scenarios.some((one) => one.name === name));
  if (unknown !== undefined) throw new UsageError(`unknown scenario ${JSON.stringify(unknown)}`);
  const chosen =
    positionals.length === 0 ? scenarios : scenarios.filter(({ name }) => positionals.includes(name));
  const results = await runAll(chosen, values.quick);
  if (values.json) process.stdout.write(`${JSON.stringify({ isQuick: values.quick, results }, null, 2)}\n`);
  else
    process.stdout.write(
      `${values.quick ? 'quick form: the numbers are small, and say little\n\n' : ''}${formatTable(results)}`,
    );
  return 0;
}

main().then(end, (error: unknown) => {
  const { code = '', message, stack } = error as NodeJS.ErrnoException;
  const isUsage = error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`bench: ${isUsage ? message : stack}\n`);
  if (isUsage) process.stderr.write(`\n${help}`);
  end(isUsage ? 2 : 1);
});
