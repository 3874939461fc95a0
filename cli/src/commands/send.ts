// anthracite send: submits one event.

import { checkEventKey, type Event, formatLine } from '@anthracite/protocol';
import { addServerOption, addTimeZoneOption, atOption, readAt, readZoneOfAt } from '../client-options';
import { withDefaultTags } from '../client-profile';
import { readDescription } from '../description';
import type { Environment } from '../environment';
import { describeEvent } from '../event-table';
import { UsageError } from '../exit-codes';
import { collect } from '../filter-options';
import { warnOfMeaning } from '../meaning-warnings';
import { newEvent, refusalOf } from '../new-event';
import { lineDoor, patienceOf } from '../spool/door';
import { sendOrSpool } from '../spool/send-or-spool';
import { addSpoolOptions, type SpoolOptions } from '../spool/spool-place';
import { submitOrSpool } from '../spool/submit';
import type { CommandContext } from './context';

interface SendOptions extends SpoolOptions {
  readonly at?: string;
  readonly tag?: readonly string[];
  readonly key?: string;
  readonly tcp?: string | true;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const examples = `
With the description -, the text is read from standard input: the first line is the title, the rest the body. Put words
that start with a dash after --. An event that is sent twice is stored once, so it is always safe to send again.

Examples:
  $ anthracite send deploy_website "release 42, by Nicolas" --tag env=prod --tag host=web1
  $ anthracite send incident_sev2_start mysql2 crashed, site degraded --at -10min
  $ git log -1 --format=%B | anthracite send deploy_website -
  $ anthracite send deploy_website "release 42, retried" --key pipeline:4711
  $ anthracite send manual_dieter "restarted the LB" --at "2026-11-24 10:15" --time-zone Europe/Amsterdam`;

/** Adds the command. */
export function addSendCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('send')
    .description('submit an event')
    .argument('<type>', 'event type: one word, such as deploy_website')
    .argument('<description...>', 'what happened; - reads it from standard input')
    .addOption(atOption())
    .option('-t, --tag <tag>', 'key=value or one word; may be repeated', collect)
    .option(
      '--key <text>',
      'event key: a second event with the same key counts as a duplicate, even if its text differs',
    )
    .option(
      '--tcp [address]',
      'send the event as a line to host:port, or tls://host:port (default: port 2005 of the server)',
    )
    .option('--json', 'print {"id", "new"} (not with --tcp)')
    .option('--quiet', 'print nothing on success');
  addServerOption(addTimeZoneOption(addSpoolOptions(command)))
    .addHelpText('after', examples)
    .action(async (type: string, words: readonly string[], options: SendOptions) => {
      refuseContradictions(options);
      const zone = readZoneOfAt(options, environment);
      const now = environment.now();
      const event = newEvent(
        readAt(options.at, now, zone),
        type,
        withDefaultTags(options.tag, environment),
        await readDescription(words.join(' '), environment),
      );
      warnOfMeaning(event, environment);
      const sent = await submit(event, options, environment);
      if (options.json) environment.stdout.write(`${JSON.stringify(sent?.outcome ?? { spooled: true })}\n`);
      else if (sent !== null && !options.quiet)
        environment.stdout.write(`${describe(sent)}: ${describeEvent(event, zone)}\n`);
    });
}

function refuseContradictions({ tcp, json, key, server, tokenFile }: SendOptions): void {
  if (tcp === undefined) return;
  if (key !== undefined) throw new UsageError('--key needs HTTP: lines have no key');
  if (json) throw new UsageError('--json needs HTTP: the line port returns no id');
  if (tokenFile !== undefined) throw new UsageError('--token-file needs HTTP: lines carry no token');
  if (server !== undefined) throw new UsageError('--tcp and --server cannot be combined; use one of them');
}

function readKey(key: string | undefined): string | null {
  if (key === undefined) return null;
  const checked = checkEventKey(key);
  if (!checked.ok) throw new UsageError(`--key: ${checked.problem.message}`);
  return checked.value;
}

interface SendOutcome {
  readonly id?: number;
  readonly new: boolean;
}

/** An outcome, and the address of the line port if the event was sent there. */
interface Sent {
  readonly outcome: SendOutcome;
  readonly linePort: string | null;
}

/** Null if the event was spooled. */
async function submit(event: Event, options: SendOptions, environment: Environment): Promise<Sent | null> {
  const { tcp, spool } = options;
  if (tcp === undefined) {
    const sent = await submitOrSpool(event, options, environment, { key: readKey(options.key) });
    return sent === null ? null : { outcome: { id: sent.id, new: sent.isNew }, linePort: null };
  }
  const door = lineDoor(tcp, options, environment, patienceOf(spool));
  const line = formatLine(event);
  const receipt = await sendOrSpool(
    () => door.send([`${line}\n`]),
    { suffix: '.line', text: line },
    door,
    options,
    environment,
  );
  if (receipt === null) return null;
  if (receipt.rejected > 0) throw refusalOf(receipt.reasons.join('; '));
  return { outcome: { new: receipt.stored > 0 }, linePort: door.server };
}

function describe({ outcome: { id, new: isNew }, linePort }: Sent): string {
  if (linePort !== null) return `${isNew ? 'stored' : 'duplicate'} on ${linePort}`;
  return `${isNew ? 'stored as' : 'duplicate of'} ${id}`;
}
