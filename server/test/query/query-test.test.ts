// Whether an event or a span matches a query: each part of a query alone, and parts together.

import { type Event, pairMarks, parseMark, parseSearch, type Span } from '@anthracite/protocol';
import type { EventQuery, SpanQuery } from '../../src/query/event-query';
import { createQueryTest, isSearch } from '../../src/query/query-test';
import { createSpanTest } from '../../src/query/span-test';

const event: Event = {
  time: 100,
  type: 'deploy_web',
  tags: ['env=prod', 'host=web1'],
  description: 'release 42',
};
const anyTime = { fromMs: 0, untilMs: 1_000, order: 'ascending' } as const;
const isAsked = (query: Partial<EventQuery>): boolean => createQueryTest({ ...anyTime, ...query })(event);

test.each<[string, Partial<EventQuery>, boolean]>([
  ['nothing', {}, true],
  ['a range that starts at its time', { fromMs: 100 }, true],
  ['a range that starts after it', { fromMs: 101 }, false],
  ['a range that ends a millisecond after it', { untilMs: 101 }, true],
  ['a range that ends at its instant', { untilMs: 100 }, false],
  ['its type', { types: ['deploy_web'] }, true],
  ['another type', { types: ['deploy'] }, false],
  ['a pattern of its type', { types: ['deploy_*'] }, true],
  ['one of two types', { types: ['puppet', 'deploy_web'] }, true],
  ['one of two patterns of types', { types: ['puppet*', '*web'] }, true],
  ['a type to leave out', { types: ['!deploy_web'] }, false],
  ['another type to leave out', { types: ['!puppet'] }, true],
  ['a pattern, but not its type', { types: ['deploy_*', '!deploy_web'] }, false],
  ['a pattern, but not another type', { types: ['deploy_*', '!deploy_api'] }, true],
  ['any of a tag that it has and one that it has not', { any: ['env=dev', 'host=web1'] }, true],
  ['any of tags that it has not', { any: ['env=dev', 'host=web2'] }, false],
  ['any of a pattern', { any: ['host=*'] }, true],
  ['all tags that it has', { all: ['env=prod', 'host=web*'] }, true],
  ['all of a tag that it has and one that it has not', { all: ['env=prod', 'host=web2'] }, false],
  ['none of a tag that it has', { none: ['env=dev', 'env=prod'] }, false],
  ['none of tags that it has not', { none: ['env=dev', 'db*'] }, true],
  ['one of each of two lists', { some: [['env=dev', 'env=prod'], ['host=*']] }, true],
  [
    'one of only one of two lists',
    {
      some: [
        ['env=dev', 'env=prod'],
        ['host=web2', 'db*'],
      ],
    },
    false,
  ],
  ['a union with its type as a word', { words: { words: [['x'], ['deploy_web']], set: 'union' } }, true],
  ['a union of words that it has not', { words: { words: [['x'], ['y*']], set: 'union' } }, false],
  ['a union of no words', { words: { words: [], set: 'union' } }, false],
  [
    'words that it has all',
    { words: { words: [['deploy_web'], ['x', 'env=*']], set: 'intersection' } },
    true,
  ],
  [
    'two words, one of them its own',
    { words: { words: [['deploy_web'], ['x']], set: 'intersection' } },
    false,
  ],
  ['lazy words, which all count', { words: { words: [['deploy_web'], ['x']], set: 'lazy' } }, false],
  ['no words at all', { words: { words: [], set: 'intersection' } }, false],
  ['a text that it has', { search: parseSearch('release') }, true],
  ['a text that it has not', { search: parseSearch('restart') }, false],
  ['a text that finds nothing', { search: null }, false],
])('matches an event with %s: %j gives %s', (_what, query, expected) => {
  expect(isAsked(query)).toBe(expected);
});

test('restricts a search only by words', () => {
  expect([undefined, null, [], parseSearch('release')].map(isSearch)).toEqual([false, false, false, true]);
});

function spanOf(...marks: readonly (readonly [time: number, type: string, ...tags: string[]])[]): Span {
  const [span] = pairMarks(
    marks.map(([time, type, ...tags], i) => {
      const meaning = parseMark(type, tags);
      if (meaning === null) throw new Error(`${type} marks nothing`);
      return { id: i + 1, time, type, tags, meaning };
    }),
  );
  if (span === undefined) throw new Error('no span');
  return span;
}

const over = spanOf(
  [100, 'incident_sev2_start', 'incident=1', 'env=prod', 'origin=external'],
  [200, 'incident_sev2_resolved', 'incident=1'],
);
const open = spanOf([100, 'incident_start', 'incident=2']);
const deployment = spanOf([100, 'deploy_shop_start', 'span=3']);

test.each<[string, Span, Partial<SpanQuery>, boolean]>([
  ['nothing', over, {}, true],
  ['a range that starts when it ends', over, { fromMs: 200 }, true],
  ['a range after its end', over, { fromMs: 201 }, false],
  ['a range that ends a millisecond after its start', over, { untilMs: 101 }, true],
  ['a range that ends when it starts', over, { untilMs: 100 }, false],
  ['a range after the start of an open span', open, { fromMs: 900 }, true],
  ['open spans, for one with an end', over, { isOpen: true }, false],
  ['open spans, for an open one', open, { isOpen: true }, true],
  ['spans with an end, for one with an end', over, { isOpen: false }, true],
  ['spans with an end, for an open one', open, { isOpen: false }, false],
  ['its scale', over, { scales: ['incident'] }, true],
  ['another scale', over, { scales: ['gain'] }, false],
  ['another scale or deployments', over, { scales: ['gain'], withDeployments: true }, false],
  ['another scale or deployments, for one', deployment, { scales: ['gain'], withDeployments: true }, true],
  ['its severity', over, { severities: [1, 2] }, true],
  ['another severity', over, { severities: [1] }, false],
  ['no severity', open, { severities: [null] }, true],
  ['its origin', over, { origins: ['external'] }, true],
  ['another origin', over, { origins: ['self', null] }, false],
  ['the type of a mark', over, { types: ['incident_sev2_resolved'] }, true],
  ['its stem', over, { types: [over.type] }, true],
  ['a type of no mark', over, { types: ['incident_sev1*'] }, false],
  ['not the type of a mark', over, { types: ['!incident_sev2_resolved'] }, false],
  ['not a type of no mark', over, { types: ['!incident_sev1*'] }, true],
  ['its types, but not one of its marks', over, { types: ['incident*', '!*_resolved'] }, false],
])('matches a span with %s', (_what, span, query, expected) => {
  expect(createSpanTest({ ...anyTime, ...query }).isCandidate(span)).toBe(expected);
});

test.each<[Partial<SpanQuery>, boolean | null]>([
  [{}, null],
  [{ any: [], all: [], none: [] }, null],
  [{ any: ['env=prod'] }, true],
  [{ any: ['env=dev'] }, false],
  [{ all: ['env=prod', 'incident=1'] }, true],
  [{ all: ['env=prod', 'x'] }, false],
  [{ none: ['env=prod'] }, false],
  [{ none: ['env=dev'] }, true],
  [{ some: [['env=dev', 'env=prod'], ['incident=*']] }, true],
  [{ some: [['env=dev', 'env=prod'], ['incident=2']] }, false],
])('gives for a span and the tags %j %s, whatever the range', (query, expected) => {
  const { hasTags } = createSpanTest({ ...anyTime, fromMs: 900, types: ['x'], ...query });
  expect(hasTags?.(over) ?? null).toBe(expected);
});
