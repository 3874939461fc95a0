// Marks for tests, written like an event: type, tags and time.

import fc from 'fast-check';
import { type Mark, parseMark } from '../../src';

/** A mark; throws if the type is not a mark. */
export function markOf(id: number, time: number, type: string, tags: readonly string[] = []): Mark {
  const meaning = parseMark(type, tags);
  if (meaning === null) throw new Error(`${type} is not a mark`);
  return { id, time, type, tags, meaning };
}

const suffixes = ['start', 'start', 'detected', 'resolved', 'end', 'finish', 'update'] as const;

/** A history of a few groups within a short time, so that marks are missing, repeated and out of order. */
export const history: fc.Arbitrary<Mark[]> = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 60 }),
      stem: fc.constantFrom('incident', 'incident_sev1', 'incident_sev3', 'gain_sev2', 'backup'),
      suffix: fc.constantFrom(...suffixes),
      key: fc.constantFrom('', '', 'incident=7', 'outage=8'),
      impact: fc.constantFrom('', '', 'impact=0', 'impact=40', 'impact=101'),
      origin: fc.constantFrom('', '', 'origin=self', 'origin=external', 'origin=moon'),
    }),
    { maxLength: 24 },
  )
  .map((drawn) =>
    drawn.map(({ time, stem, suffix, key, impact, origin }, i) =>
      markOf(
        i + 1,
        time * 1_000,
        // Only incidents and gains with a key have updates.
        suffix === 'update' && (key === '' || stem === 'backup') ? `${stem}_detected` : `${stem}_${suffix}`,
        [key, impact, origin].filter((tag) => tag !== ''),
      ),
    ),
  );
