// anthracite detected, update and resolve: mark the detection, an update and the end of a span.

import { printable, spellDuration } from '@anthracite/protocol';
import { readAt, readZoneOfAt } from '../client-options';
import { readDescription } from '../description';
import type { Environment } from '../environment';
import { warnOfFuture } from '../future-time';
import { type Marking, nameOfSpan, wordOf } from '../mark-event';
import { addMarkOptions, type MarkOptions, readMarkTags } from '../mark-options';
import { warnOfMeaning } from '../meaning-warnings';
import { newEvent } from '../new-event';
import { chooseSpan, findOpenSpans } from '../open-spans';
import { httpDoor, patienceOf } from '../spool/door';
import { type PendingMark, sendMark } from '../spool/pending-mark';
import { sendOrSpool } from '../spool/send-or-spool';
import type { CommandContext } from './context';

const choice = `
Name an open span by its key, the id of its first event, its stem (incident_sev2), or the first part of its stem
(incident). Without a name, the only open incident is used; a first argument with a space in it is a description. If no
span matches, or several do, the spans are listed and nothing is sent.
`;

const detectedExamples = `${choice}
Examples:
  $ anthracite detected k7m2xq
  $ anthracite detected k7m2xq "alert: errors above 5 %" --at -3min
  $ anthracite detected incident "worse than we thought" --severity 1`;

const updateExamples = `${choice}
Examples:
  $ anthracite update k7m2xq "the database fails over now"
  $ anthracite update "only one region is affected" --severity 3
  $ anthracite update k7m2xq --severity 1`;

const resolveExamples = `${choice}
Examples:
  $ anthracite resolve
  $ anthracite resolve k7m2xq rolled back to release 41
  $ anthracite resolve "rolled back to release 41" --origin self
  $ anthracite resolve 42 --at 14:30`;

/** Adds the commands. */
export function addResolveCommands(context: CommandContext): void {
  addCommand(
    context,
    'detected',
    'detected',
    'mark the detection of an open incident or another open span',
    detectedExamples,
  );
  addCommand(
    context,
    'update',
    'update',
    'add a note to an open incident or gain, or change its severity',
    updateExamples,
  );
  addCommand(
    context,
    'resolve',
    'resolved',
    'resolve an open incident, or end another open span',
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
    .argument('[span]', 'key, id or stem of the span')
    .argument('[description...]', 'description of the mark; - reads it from standard input');
  addMarkOptions(command)
    .addHelpText('after', examples)
    .action(async (which: string | undefined, rest: readonly string[], options: MarkOptions) => {
      const zone = readZoneOfAt(options, environment);
      const now = environment.now();
      const time = readAt(options.at, now, zone);
      const { severity, impact, origin, tag } = options;
      const words = await readWords(which, rest, environment);
      const mark: PendingMark = { marking, time, words, options: { severity, impact, origin, tag } };
      // Refuses an invalid mark before anything is spooled.
      newEvent(time, 'mark', readMarkTags(options), words.join(' ') || marking);
      warnOfMeaning({ type: `incident_${marking}`, tags: readMarkTags(options) }, environment);
      warnOfFuture(time, now, zone, environment);
      const door = httpDoor(options, environment, patienceOf(options.spool));
      const sent = await sendOrSpool(
        async () => sendMark(chooseSpan(await findOpenSpans(door.client), words), mark, door.client),
        { suffix: '.mark', text: JSON.stringify(mark) },
        door,
        options,
        environment,
      );
      if (sent === null) {
        if (options.json) environment.stdout.write(`${JSON.stringify({ spooled: true })}\n`);
        return;
      }
      const { id, isNew, span } = sent;
      const durationMs = time - span.begin;
      if (options.json) {
        const { type, key } = span;
        const outcome = { id, new: isNew, span: span.id, type, key, durationMs };
        environment.stdout.write(`${JSON.stringify(outcome)}\n`);
      } else if (!options.quiet) {
        environment.stdout.write(
          `${wordOf(span, marking)} ${nameOfSpan(span)} after ${spellDuration(durationMs)} (event ${id}): ${printable(span.title)}\n`,
        );
      }
    });
}

// Reads a description of - now: a spooled mark has no standard input later.
async function readWords(
  which: string | undefined,
  rest: readonly string[],
  environment: Environment,
): Promise<readonly string[]> {
  if (which === undefined) return [];
  return [which, ...(rest.length === 1 ? [await readDescription(rest[0] ?? '', environment)] : rest)];
}
