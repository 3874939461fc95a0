// anthracite demo: serves a database that is made up, and gone when it ends.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Event, preview } from '@anthracite/protocol';
import type { App } from '@anthracite/server';
import { formatAddress, type SettingName } from '@anthracite/server/core';
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
The events of a quarter at a shop on the web that does not exist: deployments, runs of Puppet and Chef, what people did by
hand, backups, press, and incidents, most of which a change has caused. One is open: find out why. More comes while you look.
The database is a temporary one, and is deleted when the server ends; your own is not touched.

Examples:
  $ anthracite demo
  $ anthracite demo --http 127.0.0.1:8080 --tcp "" --seed 7 --days 365`;

/** Adds the command. */
export function addDemoCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('demo')
    .description('serve a made-up quarter of events, to look around in')
    .option('--seed <number>', 'the same seed makes the same company', '1')
    .option('--days <count>', `how far back it goes, ${maxDays} at most`, '92')
    .option('--no-live', 'nothing comes while it runs');
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
  // Nobody else on the machine may read it, or put a link there.
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
  { now }: Environment,
): Company {
  return {
    begin: async (app) => {
      for (let i = 0; i < history.length; i += batchEvents) {
        await submit(app, history.slice(i, i + batchEvents));
      }
      if (liveSeed === null) return () => {};
      const feed = new LiveFeed(liveSeed);
      const timer = setInterval(() => {
        // The log has it when the store fails.
        submit(app, feed.next(now())).catch(() => {});
      }, liveEveryMs);
      return () => clearInterval(timer);
    },
    welcome: ({ http }) => {
      const [address] = http;
      const count = `${formatCount(history.length)} events of ${days === 1 ? 'a day' : `${days} days`}`;
      if (address === undefined) return [`a demo: ${count}`];
      const url = `http://${formatAddress(address)}`;
      return [
        `a demo: ${count}, which are deleted when it ends. An incident is open; find out why:`,
        `  ${url}/`,
        `  anthracite suspects --server ${url}`,
        `  anthracite report --server ${url}`,
      ];
    },
  };
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
