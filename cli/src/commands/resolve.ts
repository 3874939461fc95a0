// anthracite detected, anthracite resolve: mark that somebody noticed something, and that it is over.

import { keyTagOf, printable, type SpanEntry, spellDuration, withSeverity } from '@anthracite/protocol';
import { createClient, readTime, readTimeZone } from '../client-options';
import { readDescription } from '../description';
import { UsageError } from '../exit-codes';
import { addMarkOptions, type MarkOptions, readMarkTags } from '../mark-options';
import { newEvent } from '../new-event';
import { chooseSpan, findOpenSpans } from '../open-spans';
import type { CommandContext } from './context';

const choice = `
It is looked up among what is open: by its key, the id of its first event, its stem (incident_sev2), or the beginning of
that (incident). Without a name the only open incident is meant; a first word with a blank in it is a description. Where
none or several match, they are shown, and nothing is sent.
`;

const detectedExamples = `${choice}
Examples:
  $ anthracite detected k7m2xq
  $ anthracite detected k7m2xq "alert: errors above 5 %" --at -3min
  $ anthracite detected incident "worse than we thought" --severity 1`;

const resolveExamples = `${choice}
Examples:
  $ anthracite resolve
  $ anthracite resolve k7m2xq rolled back to release 41
  $ anthracite resolve "rolled back to release 41" --origin self
  $ anthracite resolve 42 --at 14:30`;

type Marking = 'detected' | 'resolved';

/** Adds the commands. */
export function addResolveCommands(context: CommandContext): void {
  addCommand(
    context,
    'detected',
    'detected',
    'mark that somebody noticed an incident, or whatever is open',
    detectedExamples,
  );
  addCommand(
    context,
    'resolve',
    'resolved',
    'mark the end of an incident, or of whatever is open',
    resolveExamples,
  );
}

function addCommand(
  { program, environment }: CommandContext,
  name: string,
  marking: Marking,
  doc: string,
  examples: string,
): void {
  const command = program
    .command(name)
    .description(doc)
    .argument('[which]', 'its key, id or stem')
    .argument('[description...]', 'what is said about it; - reads it from standard input');
  addMarkOptions(command)
    .addHelpText('after', examples)
    .action(async (which: string | undefined, rest: readonly string[], options: MarkOptions) => {
      const zone = readTimeZone(options, environment);
      const now = environment.now();
      const client = createClient(options, environment);
      const given = which === undefined ? [] : [which, ...rest];
      const { span, words } = chooseSpan(await findOpenSpans(client), given);
      const time = options.at === undefined ? now : readTime('--at', options.at, now, zone);
      if (time < span.begin)
        throw new UsageError(`${nameOf(span)} began ${spellDuration(span.begin - time)} later than that`);
      const text = await readDescription(
        words.join(' ') || `${wordOf(span, marking)}: ${span.title}`,
        environment,
      );
      const event = newEvent(time, typeOf(span, marking, options), tagsOf(span, options), text);
      const { id, isNew } = await client.submit(event);
      const durationMs = time - span.begin;
      if (options.json) {
        const { type, key } = span;
        const told = { id, new: isNew, span: span.id, type, key, durationMs };
        environment.stdout.write(`${JSON.stringify(told)}\n`);
      } else if (!options.quiet) {
        environment.stdout.write(
          `${wordOf(span, marking)} ${nameOf(span)} after ${spellDuration(durationMs)} (event ${id}): ${printable(span.title)}\n`,
        );
      }
    });
}

const wordOf = ({ scale }: SpanEntry, marking: Marking): string =>
  marking === 'resolved' && scale !== 'incident' ? 'ended' : marking;

const nameOf = ({ type, key }: SpanEntry): string => printable(key === null ? type : `${type} ${key}`);

// As grave as it was last: a mark with another severity would change it. Without a key the stem is what pairs the marks.
function typeOf(span: SpanEntry, marking: Marking, { severity }: MarkOptions): string {
  const ending = wordOf(span, marking).replace(/^ended$/, 'end');
  const now = severity ?? span.levels.at(-1)?.severity ?? null;
  const stem = withSeverity(span.type, now);
  if (severity !== undefined && stem === null)
    throw new UsageError(`--severity is for incident, outage and gain; ${nameOf(span)} has none`);
  if (severity !== undefined && span.key === null && stem !== span.type)
    throw new UsageError(
      `${nameOf(span)} has no key, so its severity cannot change: a mark of another stem would not be its own`,
    );
  return `${span.key === null ? span.type : (stem ?? span.type)}_${ending}`;
}

function tagsOf(span: SpanEntry, options: MarkOptions): readonly string[] {
  const keyTag = keyTagOf(span.tags);
  return [...(keyTag === null ? [] : [keyTag]), ...readMarkTags(options)];
}
