// anthracite send: submits one event.

import {
  defaultRetry,
  type Event,
  formatLine,
  parseLineAddress,
  sendLines,
  withRetry,
} from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTime,
  readTimeZone,
} from '../client-options';
import { readDescription } from '../description';
import type { Environment } from '../environment';
import { describeEvent } from '../event-table';
import { UsageError } from '../exit-codes';
import { collect } from '../filter-options';
import { newEvent, refusalOf } from '../new-event';
import type { CommandContext } from './context';

interface SendOptions extends ClientOptions {
  readonly at?: string;
  readonly tag?: readonly string[];
  readonly tcp?: string | true;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const examples = `
A description of - is read from standard input: the first line is the title, the rest the body. Words that begin
with a dash go behind --. The same event twice is one event: sending again is always safe.

Examples:
  $ anthracite send deploy_website "release 42, by Nicolas" --tag env=prod --tag host=web1
  $ anthracite send incident_sev2_start mysql2 crashed, site degraded --at -10min
  $ git log -1 --format=%B | anthracite send deploy_website -
  $ anthracite send manual_dieter "restarted the LB" --at "2026-11-24 10:15" --time-zone Europe/Amsterdam`;

const defaultLineAddress = '127.0.0.1:2005';

/** Adds the command. */
export function addSendCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('send')
    .description('submit an event')
    .argument('<type>', 'what kind of thing, such as deploy_website')
    .argument('<description...>', 'what happened; - reads it from standard input')
    .option('--at <when>', "when it happened, as Graphite's from takes it, or ISO 8601 (default: now)")
    .option('--tag <tag>', 'key=value or a word; may be repeated', collect)
    .option('--tcp [address]', 'send it as a line to host:port (default: 127.0.0.1:2005) instead of by HTTP')
    .option('--json', 'print {"id", "new"} (not with --tcp)')
    .option('--quiet', 'print nothing when it went well');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (type: string, words: readonly string[], options: SendOptions) => {
      refuseContradictions(options);
      const zone = readTimeZone(options, environment);
      const now = environment.now();
      const event = newEvent(
        options.at === undefined ? now : readTime('--at', options.at, now, zone),
        type,
        options.tag ?? [],
        await readDescription(words.join(' '), environment),
      );
      const outcome = await submit(event, options, environment);
      if (options.json) environment.stdout.write(`${JSON.stringify(outcome)}\n`);
      else if (!options.quiet)
        environment.stdout.write(`${describe(outcome)}: ${describeEvent(event, zone)}\n`);
    });
}

function refuseContradictions({ tcp, json, server, tokenFile }: SendOptions): void {
  if (tcp === undefined) return;
  if (json) throw new UsageError('--json needs HTTP: the line port tells no id');
  if (tokenFile !== undefined) throw new UsageError('--token-file needs HTTP: lines carry no token');
  if (server !== undefined) throw new UsageError('--tcp and --server name two servers; give one of them');
}

interface SendOutcome {
  readonly id?: number;
  readonly new: boolean;
}

async function submit(event: Event, options: SendOptions, environment: Environment): Promise<SendOutcome> {
  if (options.tcp === undefined) {
    const { id, isNew } = await createClient(options, environment).submit(event);
    return { id, new: isNew };
  }
  const address = parseLineAddress(options.tcp === true ? defaultLineAddress : options.tcp);
  const lines = [`${formatLine(event)}\n`];
  const { stored, rejected, reasons } = await withRetry(() => sendLines(lines, address), defaultRetry);
  if (rejected > 0) throw refusalOf(reasons.join('; '));
  return { new: stored > 0 };
}

function describe({ id, new: isNew }: SendOutcome): string {
  return (isNew ? 'stored' : 'known already') + (id === undefined ? '' : ` as ${id}`);
}
