// Marks that are missing, repeated or out of order: one rule for each case, and a comparison with an oracle.

import fc from 'fast-check';
import { type Mark, pairMarks, type Span } from '../../src';
import { history, markOf } from './marks';

const minute = 60_000;

/** The spans of marks as `type@minute`, with tags after spaces. */
function spansOf(...marks: string[]): Span[] {
  return pairMarks(
    marks.map((text, i) => {
      const [what = '', ...tags] = text.split(' ');
      const [type = '', at = ''] = what.split('@');
      return markOf(i + 1, Number(at) * minute, type, tags);
    }),
  );
}

const shown = ({ begin, start, detected, end, problems }: Span) => [
  begin / minute,
  start === null ? null : start / minute,
  detected === null ? null : detected / minute,
  end === null ? null : end / minute,
  problems.join(' '),
];

describe('one rule for each case', () => {
  test.each([
    ['all three', ['i_start@1', 'i_detected@3', 'i_resolved@9'], [[1, 1, 3, 9, '']]],
    ['not over yet', ['i_start@1'], [[1, 1, null, null, '']]],
    ['no start', ['i_detected@3', 'i_resolved@9'], [[3, null, 3, 9, 'no_start']]],
    ['an end alone', ['i_resolved@9'], [[9, null, null, 9, 'no_start']]],
    ['a detection alone', ['i_detected@9'], [[9, null, 9, null, 'no_start']]],
    ['two starts', ['i_start@1', 'i_start@4', 'i_end@9'], [[1, 1, null, 9, 'doubled_start']]],
    ['two ends', ['i_start@1', 'i_end@9', 'i_finish@12'], [[1, 1, null, 9, 'doubled_end']]],
    [
      'two detections',
      ['i_start@1', 'i_detected@2', 'i_detected@3', 'i_end@9'],
      [[1, 1, 2, 9, 'doubled_detected']],
    ],
    ['detected first', ['i_detected@1', 'i_start@2', 'i_end@9'], [[2, 2, 1, 9, 'detected_before_start']]],
    [
      'one after another',
      ['i_start@1', 'i_end@2', 'i_start@2', 'i_end@4'],
      [
        [1, 1, null, 2, ''],
        [2, 2, null, 4, ''],
      ],
    ],
    [
      'updates',
      ['incident_start@1 incident=7', 'incident_update@3 incident=7', 'incident_update@4 incident=7'],
      [[1, 1, null, null, '']],
    ],
    [
      'an update after the end',
      ['incident_start@1 incident=7', 'incident_end@3 incident=7', 'incident_update@4 incident=7'],
      [[1, 1, null, 3, '']],
    ],
    [
      'an update before the start',
      ['incident_update@1 incident=7', 'incident_start@3 incident=7', 'incident_end@4 incident=7'],
      [[3, 3, null, 4, '']],
    ],
    ['an update alone', ['incident_update@1 incident=7'], [[1, null, null, null, 'no_start']]],
    [
      'an end before the start, without a key',
      ['i_end@1', 'i_start@2'],
      [
        [1, null, null, 1, 'no_start'],
        [2, 2, null, null, ''],
      ],
    ],
    [
      'the same, with a key',
      ['i_end@1 incident=1', 'i_start@2 incident=1'],
      [[2, 2, null, 2, 'end_before_start']],
    ],
    [
      'the same, and a later end',
      ['i_end@1 incident=1', 'i_start@2 incident=1', 'i_end@5 incident=1'],
      [[2, 2, null, 5, 'end_before_start']],
    ],
    [
      'detected when over, without a key',
      ['i_start@1', 'i_end@2', 'i_detected@3'],
      [
        [1, 1, null, 2, ''],
        [3, null, 3, null, 'no_start'],
      ],
    ],
    [
      'the same, with a key',
      ['i_start@1 incident=1', 'i_end@2 incident=1', 'i_detected@3 incident=1'],
      [[1, 1, 3, 2, 'detected_after_end']],
    ],
    [
      'begun again under its key',
      ['i_start@1 incident=1', 'i_end@2 incident=1', 'i_start@5 incident=1'],
      [
        [1, 1, null, 2, ''],
        [5, 5, null, null, 'reopened'],
      ],
    ],
    [
      'two at once, each with its key',
      ['i_start@1 incident=1', 'i_start@2 outage=2', 'i_end@3 incident=1', 'i_end@4 outage=2'],
      [
        [1, 1, null, 3, ''],
        [2, 2, null, 4, ''],
      ],
    ],
    [
      'two at once without a key are one',
      ['i_start@1', 'i_start@2', 'i_end@3', 'i_end@4'],
      [[1, 1, null, 3, 'doubled_end doubled_start']],
    ],
  ] as const)('pairs marks %s', (_, marks, expected) => {
    expect(spansOf(...marks).map(shown)).toEqual(expected);
  });

  test('keeps an incident together by its key while its severity changes', () => {
    const [span, ...others] = spansOf(
      'incident_sev3_start@1 incident=42 impact=10',
      'incident_sev1_detected@5 incident=42 host=web1',
      'incident_sev2_start@8 incident=42 impact=40 origin=external',
      'incident_sev2_resolved@20 incident=42 origin=self',
    );
    expect(others).toEqual([]);
    expect(span).toMatchObject({ type: 'incident_sev3', severity: 1, impact: 40, origin: 'self', key: '42' });
    expect(span?.levels).toEqual([
      { time: minute, severity: 3, impact: 10 },
      { time: 5 * minute, severity: 1, impact: 10 },
      { time: 8 * minute, severity: 2, impact: 40 },
    ]);
    expect(span?.tags).toEqual([
      'incident=42',
      'impact=10',
      'host=web1',
      'impact=40',
      'origin=external',
      'origin=self',
    ]);
  });

  test('applies the first known severity from the start', () => {
    const [span] = spansOf('incident_start@1 incident=1', 'incident_sev2_detected@5 incident=1');
    expect(span?.levels).toEqual([{ time: minute, severity: 2, impact: null }]);
  });

  test('ignores a severity after the end', () => {
    const [span] = spansOf(
      'incident_sev3_start@1 incident=1',
      'incident_sev3_end@5 incident=1',
      'incident_sev1_end@6 incident=1',
    );
    expect(span).toMatchObject({ severity: 3, markCount: 3, problems: ['doubled_end'] });
  });

  test('lists the first hundred marks of a very long span', () => {
    const [span] = spansOf(...Array.from({ length: 150 }, (_, i) => `x_start@${i} n=${i}`));
    expect(span?.marks).toHaveLength(100);
    expect(span?.markCount).toBe(150);
  });
});

// The rules again, as patterns over the letters of a group's marks in order.
function oracle(marks: readonly Mark[]) {
  const groups = new Map<string, Mark[]>();
  for (const mark of marks) {
    groups.set(mark.meaning.group, [...(groups.get(mark.meaning.group) ?? []), mark]);
  }
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.time - b.time || a.id - b.id);
    // Updates go where detections with a key may be.
    const letters = sorted.map(({ meaning }) => meaning.role.charAt(0).replace('u', 'd')).join('');
    const form =
      sorted[0]?.meaning.key === null ? /^e+|[sd]+e*/g : /^e[ed]*(?:s[sd]*(?:e[ed]*)?)?|[sd]+(?:e[ed]*)?/g;
    return [...letters.matchAll(form)].map((match) => {
      const own = sorted.slice(match.index, match.index + match[0].length);
      const start = own.findIndex(({ meaning }) => meaning.role === 'start');
      const detected = own.find(({ meaning }) => meaning.role === 'detected');
      const ends = own.filter(({ meaning }) => meaning.role === 'end');
      const first = own[Math.max(start, 0)] as Mark;
      const end = own.find(({ meaning }, i) => meaning.role === 'end' && i > start) ?? ends[0];
      return {
        id: first.id,
        begin: first.time,
        start: start === -1 ? null : first.time,
        detected: detected?.time ?? null,
        end: end === undefined ? null : Math.max(end.time, first.time),
        marks: own.map(({ id }) => id),
      };
    });
  });
}

test('pairs any history by the rules', () => {
  fc.assert(
    fc.property(history, (marks) => {
      const expected = oracle(marks).sort((a, b) => a.begin - b.begin || a.id - b.id);
      const spans = pairMarks(marks).map(({ id, begin, start, detected, end, marks: own }) => ({
        id,
        begin,
        start,
        detected,
        end,
        marks: own.map((mark) => mark.id),
      }));
      expect(spans).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('assigns every mark to one span, for any order of the input, and never ends a span before its start', () => {
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.nat()), (marks, random) => {
      const shuffled = marks
        .map((mark) => ({ mark, at: random.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ mark }) => mark);
      const spans = pairMarks(shuffled);
      expect(spans).toEqual(pairMarks(marks));
      expect(spans.flatMap((span) => span.marks.map(({ id }) => id)).sort((a, b) => a - b)).toEqual(
        marks.map(({ id }) => id),
      );
      for (const { begin, end, levels, severity } of spans) {
        expect(end === null || end >= begin).toBe(true);
        expect(levels[0]?.time).toBe(begin);
        const times = levels.map(({ time }) => time);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        const severities = levels.flatMap((level) => level.severity ?? []);
        expect(severity === null ? severities : Math.min(...severities) >= severity).toEqual(
          severity === null ? [] : true,
        );
      }
    }),
    { numRuns: 1_000 },
  );
});

test('gives a span at an instant the severity of its last mark until then', () => {
  fc.assert(
    fc.property(history, (marks) => {
      const keyed = marks.filter(({ meaning }) => meaning.key === '7' && meaning.scale === 'incident');
      for (const span of pairMarks(keyed)) {
        const until = span.end ?? Number.POSITIVE_INFINITY;
        const own = keyed.filter(({ id }) => span.marks.some((mark) => mark.id === id));
        const order = own.toSorted((a, b) => a.time - b.time || a.id - b.id);
        for (let at = span.begin; at < Math.min(until, 61_000); at += 500) {
          const rated = order.filter(({ meaning }) => meaning.severity !== null);
          const said = rated.filter(({ time }) => time <= at).at(-1) ?? rated[0];
          const level = span.levels.filter(({ time }) => time <= at).at(-1);
          if (rated.some(({ time }) => time < until)) {
            expect(level?.severity).toBe(said?.meaning.severity);
          }
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
