// anthracite demo: serves a temporary database with sample data of an online shop.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Event, formatAddress, parseMark, preview } from '@anthracite/protocol';
import type { App } from '@anthracite/server';
import type { SettingName } from '@anthracite/server/core';
import type { Command } from 'commander';
import { createHistory } from '../demo/history';
import { LiveFeed } from '../demo/live';
import { dayMs } from '../demo/rhythm';
import type { Environment } from '../environment';
import { UsageError } from '../exit-codes';
import { formatCount } from '../progress';
import { type Company, runServer } from '../server-run';
import { addOptionsOf, readSettingFlags } from '../setting-options';
import { loadServer } from '../whole-server';
import type { CommandContext } from './context';

interface DemoOptions {
  readonly seed: string;
  readonly days: string;
  readonly live: boolean;
}

const settings: readonly SettingName[] = ['http', 'tcp', 'time-zone', 'log-level'];
const maxSeed = 4_294_967_295;
const maxDays = 366;
const batchEvents = 5_000;
const liveEveryMs = 3_000;

const examples = `
Serves three months of sample data of an online shop: deployments, Puppet and Chef runs, manual changes, backups, press
coverage, and incidents, most of them caused by a change. One incident is open: find its cause. New events arrive while
the server runs. The database is temporary and deleted on exit; your own database is not used.

Examples:
  $ anthracite demo
  $ anthracite demo --http 127.0.0.1:8080 --tcp "" --seed 7 --days 365`;

/** Adds the command. */
export function addDemoCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('demo')
    .description('serve sample data to explore Anthracite')
    .option('--seed <number>', 'seed of the sample data; the same seed gives the same data', '1')
    .option('--days <count>', `days of sample data, at most ${maxDays}`, '92')
    .option('--no-live', 'add no new events while the server runs');
  addOptionsOf(command, settings)
    .addHelpText('after', examples)
    .action(async (options: DemoOptions, self: Command) => {
      const seed = readWhole('--seed', options.seed, 0, maxSeed);
      const days = readWhole('--days', options.days, 1, maxDays);
      const now = environment.now();
      const history = createHistory(seed, { fromMs: now - days * dayMs, untilMs: now });
      end(
        await serveDemo(
          self,
          environment,
          createCompany(history, options.live ? seed : null, days, environment),
        ),
      );
    });
}

async function serveDemo(command: Command, environment: Environment, company: Company): Promise<number> {
  // A private folder: other users of the machine must not read the file or replace it with a link.
  const folder = mkdtempSync(loadServer().ownedFolderPrefix('demo'));
  try {
    const given = Object.entries(readSettingFlags(command)).filter(([name]) =>
      settings.some((setting) => setting === name),
    );
    const flags = { 'log-level': 'warn', ...withoutUndefined(given), database: join(folder, 'demo.db') };
    return await runServer(loadServer().loadConfig(flags, environment.variables), environment, company);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function createCompany(
  history: readonly Event[],
  liveSeed: number | null,
  days: number,
  { now, invocation }: Environment,
): Company {
  return {
    isService: false,
    begin: async (app) => {
      for (let i = 0; i < history.length; i += batchEvents) {
        await submit(app, history.slice(i, i + batchEvents));
      }
      if (liveSeed === null) return () => {};
      const feed = new LiveFeed(liveSeed);
      const timer = setInterval(() => {
        // The server logs errors of the store.
        submit(app, feed.next(now())).catch(() => {});
      }, liveEveryMs);
      return () => clearInterval(timer);
    },
    welcome: ({ http }) => {
      const [address] = http;
      const count = `${formatCount(history.length)} events of ${days === 1 ? 'a day' : `${days} days`}`;
      if (address === undefined) return [`sample data: ${count}`];
      const url = `http://${formatAddress(address)}`;
      return [
        `sample data: ${count}, deleted on exit. One incident is open; find its cause:`,
        `  ${url}/`,
        // By key: other incidents may start within a minute.
        `  ${invocation} suspects ${openKeyOf(history) ?? ''} --server ${url}`,
        `  ${invocation} report --server ${url}`,
      ];
    },
  };
}

/** The key of the last open incident; null without one. */
function openKeyOf(history: readonly Event[]): string | null {
  const marks = history.flatMap(({ type, tags }) => parseMark(type, tags) ?? []);
  const ended = new Set(marks.filter(({ role }) => role === 'end').map(({ key }) => key));
  return (
    marks.findLast(({ role, scale, key }) => role === 'start' && scale === 'incident' && !ended.has(key))
      ?.key ?? null
  );
}

async function submit({ intake }: App, events: readonly Event[]): Promise<void> {
  if (events.length === 0) return;
  await intake.submit('demo', (batch) => {
    for (const event of events) batch.addEvent(event);
  });
}

function withoutUndefined(
  entries: readonly (readonly [string, string | undefined])[],
): Record<string, string> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function readWhole(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option} is ${preview(text)}; expected a whole number from ${min} to ${max}`);
}
