// anthracite start: marks the start of something that lasts, such as an incident.

import { parseMark, printable, withSeverity } from '@anthracite/protocol';
import { createClient, readTime, readTimeZone } from '../client-options';
import { readDescription } from '../description';
import { UsageError } from '../exit-codes';
import { addMarkOptions, chooseKey, type MarkOptions, readKey, readMarkTags } from '../mark-options';
import { newEvent } from '../new-event';
import type { CommandContext } from './context';

interface StartOptions extends MarkOptions {
  /** False with `--no-key`. */
  readonly key?: string | false;
}

const examples = `
The stem is what the thing is: incident, outage, gain, or any other word. It gets a fresh key, so that others of its
kind may be open at the same time; the key is printed, and ends it: anthracite resolve <key>. A description of - is
read from standard input.

Examples:
  $ anthracite start incident checkout fails for some users --severity 2
  $ anthracite start incident_sev1_checkout "nobody can pay" --key 42 --at -10min
  $ anthracite start outage the provider is down --origin external --impact 30
  $ anthracite start campaign "spring sale" --no-key`;

/** Adds the command. */
export function addStartCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('start')
    .description('mark the start of an incident, or of anything else that lasts')
    .argument('<stem>', 'what it is, such as incident')
    .argument('<description...>', 'what happened; - reads it from standard input')
    .option('--key <key>', 'the key that its marks share (default: a fresh one)', readKey)
    .option('--no-key', 'no key: the next end of this stem is its end');
  addMarkOptions(command)
    .addHelpText('after', examples)
    .action(async (given: string, words: readonly string[], options: StartOptions) => {
      const stem = readStem(given, options);
      const now = environment.now();
      const zone = readTimeZone(options, environment);
      const time = options.at === undefined ? now : readTime('--at', options.at, now, zone);
      const key = chooseKey(options.key);
      const tags = [...(key === null ? [] : [keyTag(stem, key)]), ...readMarkTags(options)];
      const description = await readDescription(words.join(' '), environment);
      const event = newEvent(time, `${stem}_start`, tags, description);
      const { id, isNew } = await createClient(options, environment).submit(event);
      if (options.json) environment.stdout.write(`${JSON.stringify({ id, new: isNew, stem, key })}\n`);
      else if (!options.quiet) {
        const name = key === null ? stem : `${stem} ${key}`;
        const shown = printable(
          `started ${name} (event ${id}); end it with: anthracite resolve ${key ?? stem}`,
        );
        environment.stdout.write(`${shown}\n`);
      }
    });
}

// What is an incident by its name says so in its key, too.
function keyTag(stem: string, key: string): string {
  const { scale } = parseMark(`${stem}_start`, []) ?? {};
  if (scale !== 'incident') return `span=${key}`;
  return stem.startsWith('outage') ? `outage=${key}` : `incident=${key}`;
}

function readStem(given: string, { severity }: StartOptions): string {
  const mark = parseMark(given, []);
  if (mark !== null)
    throw new UsageError(
      `${printable(given)} is the type of a mark; give what stands before it: ${printable(mark.stem)}`,
    );
  if (severity === undefined) return given;
  const known = parseMark(`${given}_start`, [])?.severity ?? severity;
  const stem = withSeverity(given, severity);
  if (stem === null)
    throw new UsageError(
      `--severity is for incident, outage and gain, and what begins so; ${printable(given)} has none`,
    );
  if (known !== severity)
    throw new UsageError(
      `${printable(given)} and --severity ${severity} are two severities; give one of them`,
    );
  return stem;
}
