// The spans of a store with writes, edits and queries at any time agree with pairing all its marks at once.

import { join } from 'node:path';
import { joinSeries, pairMarks, parseMark, type Span, type StoredEvent, titleOf } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import type { Page } from '../../src/answers/answers';
import type { Reader } from '../../src/answers/reader';
import type { SpanFinder } from '../../src/answers/span-finder';
import { spanToJson } from '../../src/formats/span-json';
import type { TitledSpan } from '../../src/formats/titled-span';
import type { Cursor, EventQuery, SpanQuery } from '../../src/query/event-query';
import { Writer } from '../../src/storage/sqlite/writer';
import { open } from './opened';

const folder = temporaryFolder();
let files = 0;

const fields = fc.record({
  time: fc.integer({ min: 0, max: 40 }).map((n) => n * 1_000),
  type: fc
    .tuple(
      fc.constantFrom('incident_sev1', 'incident_sev3', 'backup', 'deploy', 'deploy_shop'),
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

const query: fc.Arbitrary<SpanQuery> = fc.record(
  {
    fromMs: fc.integer({ min: -1_000, max: 41_000 }),
    untilMs: fc.integer({ min: -1_000, max: 41_000 }),
    order: fc.constantFrom('ascending' as const, 'descending' as const),
    types: fc.subarray(['incident_*', 'backup', '*_end', '!incident_sev1', '!*_detected'], { maxLength: 2 }),
    scales: fc.subarray(['incident' as const, 'other' as const], { maxLength: 1 }),
    withDeployments: fc.boolean(),
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

/** All spans of the existing events, paired from scratch. */
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

/** Whether a span matches a query, checked word by word as in docs/spans.md. */
function isAsked(span: TitledSpan, asked: SpanQuery, events: readonly StoredEvent[]): boolean {
  if (span.begin >= asked.untilMs || (span.end !== null && span.end < asked.fromMs)) return false;
  const isDeployment = asked.withDeployments === true && /^deploy_/.test(span.type);
  if (asked.scales?.length && !asked.scales.includes(span.scale) && !isDeployment) return false;
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

async function pagesOf(finder: SpanFinder, asked: SpanQuery, limit: number): Promise<unknown[]> {
  const spans: unknown[] = [];
  let after: Cursor | null = null;
  do {
    const { bytes, count, next }: Page = await finder.page(asked, 'json', now, limit, after);
    const page = JSON.parse(`[${Buffer.from(bytes)}]`) as unknown[];
    expect(page).toHaveLength(count);
    expect(count).toBeLessThanOrEqual(limit);
    spans.push(...page);
    after = next;
  } while (after !== null);
  return spans;
}

const asJson = (spans: readonly TitledSpan[]): unknown[] => spans.map((span) => spanToJson(span, now));

test('agrees after any sequence of events, edits, deletions and queries', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      query,
      fc.integer({ min: 1, max: 5 }),
      async (steps, asked, limit) => {
        const file = join(folder, `${++files}.db`);
        const { writer, reader, spanFinder: finder, close } = open(file);
        const events = () => eventsOf(reader);
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
            else expect(await pagesOf(finder, all, 100)).toEqual(asJson(expectedSpans(await events())));
          }
          const stored = await events();
          const expected = expectedSpans(stored).filter((span) => isAsked(span, asked, stored));
          if (asked.order === 'descending') expected.reverse();
          expect(await pagesOf(finder, asked, limit)).toEqual(asJson(expected));
        } finally {
          close();
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('agrees for spans of many marks, whatever is added or removed between them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1e9 }), fc.boolean(), async (seed, isKeyed) => {
      const file = join(folder, `${++files}.db`);
      const { writer, reader, spanFinder: finder, close } = open(file);
      const random = randomNumbers(seed);
      const tags = isKeyed ? ['incident=7'] : [];
      // Ends and detections are rare, so that some spans have thousands of marks.
      const typeOf = (): string => {
        const chance = random();
        if (chance < 0.001) return 'incident_end';
        if (chance < 0.002) return 'incident_detected';
        return `incident_sev${1 + Math.floor(random() * 4)}_start`;
      };
      const expectSame = async (): Promise<void> => {
        const expected = expectedSpans(await eventsOf(reader));
        expect(await pagesOf(finder, all, 100)).toEqual(asJson(expected));
      };
      try {
        for (let batch = 0; batch < 4; batch++) {
          const types = Array.from({ length: 900 }, typeOf);
          writer.append({
            times: types.map(() => Math.floor(random() * 5_000) * 1_000),
            series: types.map((type) => joinSeries(isKeyed ? type : type.replace(/_sev./, ''), tags)),
            descriptions: types.map((_, i) => `${batch} ${i}`),
            rejects: [],
          });
          await expectSame();
        }
        const ids = (await eventsOf(reader)).map(({ id }) => id).filter(() => random() < 0.02);
        for (const id of ids) writer.remove(id, { at: 0, who: null }, null);
        await expectSame();
        for (const id of ids.slice(0, 20)) writer.restore(id, { at: 0, who: null });
        for (const id of ids.slice(20, 40)) {
          writer.edit(id + 1, { type: 'incident_end', tags }, { at: 0, who: null }, null);
        }
        await expectSame();
      } finally {
        close();
      }
    }),
    { numRuns: 6 },
  );
});

test.each([
  ['an older schema', 0],
  ['older rules', 1],
])('creates the spans of a file of %s at the first start', async (_what, rules) => {
  const file = join(folder, `older${rules}.db`);
  const { writer, reader, db, close } = open(file);
  const count = 25_000;
  const types = Array.from({ length: count }, (_, i) =>
    i % 5 === 0 ? 'incident_start' : i % 5 === 3 ? 'incident_end' : i % 5 === 4 ? 'backup_start' : 'noise',
  );
  writer.append({
    times: types.map((_, i) => i * 1_000),
    series: types.map((type, i) => joinSeries(type, [`host=${i % 7}`])),
    descriptions: types.map((_, i) => `event ${i}`),
    rejects: [],
  });
  writer.follow('series', 15_500);
  const before = await spansOf(file);
  db.exec(
    `DELETE FROM span; DELETE FROM mark; DELETE FROM mark_group; UPDATE meta SET value = ${rules} WHERE key = 'mark_rules'`,
  );
  new Writer(db, { maxRejects: 10, maxRejectBytes: 10_000 }).transact(() => {});
  expect(await spansOf(file)).toEqual(before);
  expect(before).toEqual(asJson(expectedSpans(await eventsOf(reader))));
  close();
});

test('measures the length of the texts of a span, also of one with its tags, and reads these once', async () => {
  const file = join(folder, 'whole.db');
  const { writer, spanIndex: index, close } = open(file);
  const tags = ['host=web1', `owner=${'x'.repeat(500)}`];
  writer.append({
    times: [1_000, 2_000],
    series: ['incident_start', 'incident_end'].map((type) => joinSeries(type, tags)),
    descriptions: ['down', 'up'],
    rejects: [],
  });
  const span = (await index.spanOf(1)) as Span;
  const [whole = span] = await index.whole([span]);
  expect(span.tags).toEqual([]);
  expect(whole.tags).toEqual(tags);
  expect([index.isLean(span), index.isLean(whole)]).toEqual([true, false]);
  expect(index.charsOf(whole)).toBe(index.charsOf(span));
  expect(index.charsOf(whole)).toBeGreaterThan(1_000);
  expect(await index.whole([whole])).toEqual([whole]);
  close();
});

async function eventsOf(reader: Reader): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const block of reader.blocks(all)) events.push(...block);
  return events;
}

async function spansOf(file: string): Promise<unknown[]> {
  const { spanFinder, close } = open(file);
  try {
    return await pagesOf(spanFinder, all, 1_000);
  } finally {
    close();
  }
}

// Numbers from 0 to 1, the same for the same seed.
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
