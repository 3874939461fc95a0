// anthracite start: marks the start of a span, such as an incident.

import {
  type ClientError,
  type HttpClient,
  keyTagFor,
  parseMark,
  printable,
  withSeverity,
} from '@anthracite/protocol';
import { readAt, readZoneOfAt } from '../client-options';
import { withDefaultTags } from '../client-profile';
import { readDescription } from '../description';
import { UsageError } from '../exit-codes';
import { warnOfFuture } from '../future-time';
import {
  addMarkOptions,
  chooseKey,
  type MarkOptions,
  readKey,
  readMarkTags,
  refuseMissingKey,
} from '../mark-options';
import { warnOfMeaning } from '../meaning-warnings';
import { newEvent, refusalOf } from '../new-event';
import { findOpenSpans } from '../open-spans';
import { quoteForShell } from '../quote-for-shell';
import { outcomeOf, submitOrSpool } from '../spool/submit';
import type { CommandContext } from './context';

interface StartOptions extends MarkOptions {
  /** False with `--no-key`. */
  readonly key?: string | false;
}

const awayCodes: ReadonlySet<string> = new Set(['UNREACHABLE', 'TIMED_OUT']);

const examples = `
The stem names the kind of span: incident, outage, gain, or any other word. Each span gets a new key, so that several spans
of one stem can be open at the same time. The key is printed; end the span with anthracite resolve <key>. With the
description -, the text is read from standard input.

Examples:
  $ anthracite start incident checkout fails for some users --severity 2
  $ anthracite start incident_sev1_checkout "nobody can pay" --key 42 --at -10min
  $ anthracite start outage the provider is down --origin external --impact 30
  $ anthracite start campaign "spring sale" --no-key`;

/** Adds the command. */
export function addStartCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('start')
    .description('start an incident or another span')
    .argument('<stem>', 'kind of span, such as incident')
    .argument('<description...>', 'what happened; - reads it from standard input')
    .option('--key <key>', 'span key, shared by all marks of the span (default: a new key)', readKey)
    .option('--no-key', 'no key: the next end mark of this stem ends the span');
  addMarkOptions(command)
    .addHelpText('after', examples)
    .action(async (given: string, words: readonly string[], options: StartOptions) => {
      const stem = readStem(given, options);
      const now = environment.now();
      const zone = readZoneOfAt(options, environment);
      const time = readAt(options.at, now, zone);
      const key = chooseKey(options.key);
      const tags = [
        ...(key === null ? [] : [keyTagFor(stem, key)]),
        ...readMarkTags({ ...options, tag: withDefaultTags(options.tag, environment) }),
      ];
      const description = await readDescription(words.join(' '), environment);
      const event = newEvent(time, `${stem}_start`, tags, description);
      refuseMissingKey(event);
      warnOfMeaning(event, environment);
      warnOfFuture(time, now, zone, environment);
      const refuse = (client: HttpClient): Promise<void> => refuseSecond(client, stem);
      const sent = await submitOrSpool(event, options, environment, key === null ? { check: refuse } : {});
      if (options.json) environment.stdout.write(`${JSON.stringify({ ...outcomeOf(sent), stem, key })}\n`);
      else if (!options.quiet) {
        const name = key === null ? stem : `${stem} ${key}`;
        const where = sent === null ? 'not delivered yet' : `event ${sent.id}`;
        const shown = printable(
          `started ${name} (${where}); end it with: anthracite resolve ${quoteForShell(key ?? stem)}`,
        );
        environment.stdout.write(`${shown}\n`);
      }
    });
}

// With two open spans of one stem and no key, an end mark would be ambiguous. Without an answer, nothing is refused.
async function refuseSecond(client: HttpClient, stem: string): Promise<void> {
  const open = await findOpenSpans(client).catch((error: ClientError) => {
    // The server is unreachable: do not wait for it again, spool the start.
    if (awayCodes.has(error.code)) throw error;
    return [];
  });
  const first = open.find(({ type, key }) => type === stem && key === null);
  if (first === undefined) return;
  throw refusalOf(
    `another ${printable(stem)} without a key is open (event ${first.id}); end it first with anthracite resolve ${first.id}, or omit --no-key`,
  );
}

function readStem(given: string, { severity }: StartOptions): string {
  const mark = parseMark(given, []);
  if (mark !== null)
    throw new UsageError(`${printable(given)} is the type of a mark; give its stem: ${printable(mark.stem)}`);
  if (severity === undefined) return given;
  const known = parseMark(`${given}_start`, [])?.severity ?? severity;
  const stem = withSeverity(given, severity);
  if (stem === null)
    throw new UsageError(
      `--severity works only with stems that start with incident, outage or gain; ${printable(given)} has no severity`,
    );
  if (known !== severity)
    throw new UsageError(
      `${printable(given)} and --severity ${severity} contradict each other; give one severity`,
    );
  return stem;
}
