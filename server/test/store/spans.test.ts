// The spans of a store that is written to, edited and asked at any time are those of all its marks, paired at once.

import { join } from 'node:path';
import { joinSeries, pairMarks, parseMark, type StoredEvent, titleOf } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import { spanToJson } from '../../src/formats/span-json';
import type { TitledSpan } from '../../src/formats/titled-span';
import { openReadOnly } from '../../src/store/database';
import type { Cursor, EventQuery } from '../../src/store/event-store';
import { SpanFinder } from '../../src/store/span-finder';
import { SpanIndex } from '../../src/store/span-index';
import { Statements } from '../../src/store/statements';
import { open } from './opened';

const folder = temporaryFolder();
let files = 0;

const fields = fc.record({
  time: fc.integer({ min: 0, max: 40 }).map((n) => n * 1_000),
  type: fc
    .tuple(
      fc.constantFrom('incident_sev1', 'incident_sev3', 'backup', 'deploy'),
      fc.constantFrom('_start', '_start', '_detected', '_end', '_resolved', ''),
    )
    .map((parts) => parts.join('')),
  tags: fc.array(fc.constantFrom('incident=7', 'outage=8', 'host=a', 'host=b', 'origin=self'), {
    maxLength: 3,
  }),
  description: fc.constantFrom('disk full', 'network down\nof the shop', 'nothing', '\0', 'x'.repeat(600)),
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('add' as const), event: fields }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      event: fields,
      id: fc.integer({ min: 1, max: 20 }),
    }),
  },
  fc.record({ kind: fc.constant('remove' as const), id: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('restore' as const), id: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('follow' as const) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask' as const) }) },
);

const query: fc.Arbitrary<EventQuery> = fc.record(
  {
    fromMs: fc.integer({ min: -1_000, max: 41_000 }),
    untilMs: fc.integer({ min: -1_000, max: 41_000 }),
    order: fc.constantFrom('ascending' as const, 'descending' as const),
    types: fc.subarray(['incident_*', 'backup', '*_end', '!incident_sev1', '!*_detected'], { maxLength: 2 }),
    any: fc.subarray(['host=a', 'origin=*', 'incident=7'], { maxLength: 2 }),
    all: fc.subarray(['host=*', 'outage=8'], { maxLength: 1 }),
    none: fc.subarray(['host=b', 'origin=self'], { maxLength: 1 }),
    search: fc.constantFrom(
      [{ tokens: ['disk'], isPrefix: false, isExcluded: false }],
      [{ tokens: ['shop'], isPrefix: false, isExcluded: true }],
    ),
  },
  { requiredKeys: ['fromMs', 'untilMs', 'order'] },
);

const all: EventQuery = { fromMs: -1e12, untilMs: 1e15, order: 'ascending' };

/** All spans of the events that there are, paired anew. */
function expectedSpans(events: readonly StoredEvent[]): TitledSpan[] {
  const marks = events.flatMap(({ id, time, type, tags }) => {
    const meaning = parseMark(type, tags);
    return meaning === null ? [] : [{ id, time, type, tags, meaning }];
  });
  const titles = new Map(events.map(({ id, description }) => [id, titleOf(description)]));
  return pairMarks(marks).map((span) => {
    const title = titles.get(span.id) ?? '';
    return { ...span, title: title.length > 500 ? `${title.slice(0, 500)}...` : title };
  });
}

const like = (glob: string): RegExp => new RegExp(`^${glob.replaceAll('*', '.*')}$`);

/** Whether a span is asked for, word by word as docs/spans.md says it. */
function isAsked(span: TitledSpan, asked: EventQuery, events: readonly StoredEvent[]): boolean {
  if (span.begin > asked.untilMs || (span.end !== null && span.end < asked.fromMs)) return false;
  const types = [span.type, ...span.marks.map(({ type }) => type)];
  const wanted = (asked.types ?? []).filter((type) => !type.startsWith('!'));
  if (wanted.length > 0 && !wanted.some((type) => types.some((one) => like(type).test(one)))) return false;
  for (const type of asked.types ?? []) {
    if (type.startsWith('!') && types.some((one) => like(type.slice(1)).test(one))) return false;
  }
  const has = (tag: string): boolean => span.tags.some((one) => like(tag).test(one));
  if (asked.any?.length && !asked.any.some(has)) return false;
  if (!(asked.all ?? []).every(has) || (asked.none ?? []).some(has)) return false;
  const text = events
    .filter(({ id }) => span.marks.some((mark) => mark.id === id))
    .map(({ description }) => description)
    .join('\n');
  return (asked.search ?? []).every(
    ({ tokens, isExcluded }) => text.includes(tokens[0] as string) !== isExcluded,
  );
}

const now = 50_000;

function pagesOf(finder: SpanFinder, asked: EventQuery, limit: number): unknown[] {
  const spans: unknown[] = [];
  let after: Cursor | null = null;
  do {
    const { bytes, count, next } = finder.page(asked, 'json', now, limit, after);
    const page = JSON.parse(`[${Buffer.from(bytes)}]`) as unknown[];
    expect(page).toHaveLength(count);
    expect(count).toBeLessThanOrEqual(limit);
    spans.push(...page);
    after = next;
  } while (after !== null);
  return spans;
}

const asJson = (spans: readonly TitledSpan[]): unknown[] => spans.map((span) => spanToJson(span, now));

test('after any course of events, edits, deletions and questions', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      query,
      fc.integer({ min: 1, max: 5 }),
      // Room for the texts of all marks, of some, and of none.
      fc.constantFrom(undefined, 2_000, 0),
      (steps, asked, limit, maxTextBytes) => {
        const file = join(folder, `${++files}.db`);
        const { writer, reader, close } = open(file);
        const db = openReadOnly(file);
        const statements = new Statements(db);
        const finder = new SpanFinder(statements, new SpanIndex(statements, file, undefined, maxTextBytes));
        const events = (): StoredEvent[] => [...reader.events(all)];
        try {
          for (const one of steps) {
            const change = { at: 0, who: null };
            if (one.kind === 'add') {
              const { time, type, tags, description } = one.event;
              writer.append({
                times: [time],
                series: [joinSeries(type, tags)],
                descriptions: [description],
                rejects: [],
              });
            } else if (one.kind === 'edit') writer.edit(one.id, one.event, change, null);
            else if (one.kind === 'remove') writer.remove(one.id, change, null);
            else if (one.kind === 'restore') writer.restore(one.id, change);
            else if (one.kind === 'follow') writer.follow('series', 3);
            else expect(pagesOf(finder, all, 100)).toEqual(asJson(expectedSpans(events())));
          }
          const expected = expectedSpans(events()).filter((span) => isAsked(span, asked, events()));
          if (asked.order === 'descending') expected.reverse();
          expect(pagesOf(finder, asked, limit)).toEqual(asJson(expected));
        } finally {
          db.close();
          close();
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('marks far behind are found by the index of series, also what it does not hold yet', () => {
  const file = join(folder, 'many.db');
  const { writer, close, reader } = open(file);
  const db = openReadOnly(file);
  const statements = new Statements(db);
  const count = 60_000;
  const types = Array.from({ length: count }, (_, i) =>
    i % 1_000 === 0 ? 'incident_start' : i % 1_000 === 500 ? 'incident_end' : 'noise',
  );
  writer.append({
    times: types.map((_, i) => i * 1_000),
    series: types.map((type) => joinSeries(type, [])),
    descriptions: types.map((_, i) => `event ${i}`),
    rejects: [],
  });
  writer.follow('series', 30_500);
  const finder = new SpanFinder(statements, new SpanIndex(statements, file));
  const found = pagesOf(finder, all, 1_000);
  expect(found).toHaveLength(60);
  expect(found).toEqual(asJson(expectedSpans([...reader.events(all)])));
  const small = new SpanIndex(statements, file, 50);
  expect(() => small.spans()).toThrow(expect.objectContaining({ code: 'TOO_MANY_MARKS' }));
  // With what is deleted there is room again.
  const ids = [...reader.events({ ...all, types: ['*_end'] })].map(({ id }) => id);
  const roomy = new SpanIndex(statements, file, 119);
  expect(() => roomy.spans()).toThrow(expect.objectContaining({ code: 'TOO_MANY_MARKS' }));
  writer.follow('series', count);
  expect(() => roomy.spans()).toThrow(expect.objectContaining({ code: 'TOO_MANY_MARKS' }));
  for (const id of ids) writer.remove(id, { at: 0, who: null }, null);
  expect(roomy.spans()).toHaveLength(1);
  db.close();
  close();
});
