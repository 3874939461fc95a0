// The period before a range: its bounds, and the comparison with it, which never changes the other figures.

import { pairMarks } from '@anthracite/protocol';
import fc from 'fast-check';
import type { DeployEvent } from '../../src/report/deployments';
import { previousRange } from '../../src/report/previous';
import { createReport } from '../../src/report/report';
import { history, lastSecond, plainInput, second } from './histories';

const shown = ({ fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number }): string =>
  `${new Date(fromMs).toISOString()} ${new Date(untilMs).toISOString()}`;

test.each([
  ['2026-03-01T00:00Z', '2026-04-01T00:00Z', 'UTC', 'month', '2026-02-01T00:00Z'],
  ['2026-01-01T00:00Z', '2026-04-01T00:00Z', 'UTC', 'quarter', '2025-10-01T00:00Z'],
  ['2026-01-01T00:00Z', '2027-01-01T00:00Z', 'UTC', 'year', '2025-01-01T00:00Z'],
  // March has 743 hours in Amsterdam, and April 720.
  ['2026-03-31T22:00Z', '2026-04-30T22:00Z', 'Europe/Amsterdam', 'month', '2026-02-28T23:00Z'],
  // In UTC, the same instants are not a month.
  ['2026-03-31T22:00Z', '2026-04-30T22:00Z', 'UTC', null, '2026-03-01T22:00Z'],
  // Only one whole calendar unit has a unit before it: two months and a part of a quarter have not.
  ['2026-03-01T00:00Z', '2026-05-01T00:00Z', 'UTC', null, '2025-12-30T00:00Z'],
  ['2026-04-01T00:00Z', '2026-04-15T00:00Z', 'UTC', null, '2026-03-18T00:00Z'],
])('compares %s to %s in %s with the %s before', (from, until, zone, unit, before) => {
  const range = { fromMs: Date.parse(from), untilMs: Date.parse(until) };
  const previous = previousRange(range, zone);
  expect(previous?.unit).toBe(unit);
  expect(shown(previous ?? range)).toBe(shown({ fromMs: Date.parse(before), untilMs: range.fromMs }));
});

test('compares an empty range with nothing, and no range with a time before the first possible event', () => {
  expect(previousRange({ fromMs: 0, untilMs: 0 }, 'UTC')).toBeNull();
  const early = { fromMs: Date.parse('0001-01-02T00:00Z'), untilMs: Date.parse('0001-02-02T00:00Z') };
  expect(previousRange(early, 'UTC')).toMatchObject({ fromMs: Date.parse('0001-01-01T00:00Z') });
});

const deploys = fc
  .array(fc.tuple(fc.integer({ min: -200, max: lastSecond }), fc.constantFrom('1', '2', '3')), {
    maxLength: 10,
  })
  .map((drawn) =>
    drawn.map(
      ([time, version], i): DeployEvent => ({
        id: 1_000 + i,
        time: time * 10 * second,
        type: 'deploy_a',
        tags: [`version=${version}`],
      }),
    ),
  );

test('gives for the period before the figures of its own report, and changes no other figure', () => {
  fc.assert(
    fc.property(
      history,
      deploys,
      fc.integer({ min: 1, max: lastSecond }),
      fc.option(fc.integer({ min: -lastSecond, max: lastSecond })),
      (marks, events, length, dataFrom) => {
        const input = {
          ...plainInput,
          spans: pairMarks(marks),
          deploys: events,
          dataFromMs: dataFrom === null ? null : dataFrom * second,
          targets: [{ name: 'all', percent: 99 } as const],
        };
        const range = { fromMs: 0, untilMs: length * second };
        const previous = { unit: null, fromMs: -length * second, untilMs: 0 };
        const { previous: compared, ...others } = createReport({ ...input, range, previous });
        const { previous: none, ...alone } = createReport({ ...input, range });
        expect(none).toBeNull();
        expect(others).toEqual(alone);
        const { fromMs, untilMs } = previous;
        const { coverage, incidents, gains, delivery, errorBudgets } = createReport({
          ...input,
          range: { fromMs, untilMs },
        });
        expect(compared).toMatchObject({ coverage, incidents, gains, delivery, errorBudgets });
        const changes = compared?.changes;
        if (coverage.fromMs === null || alone.coverage.fromMs === null) {
          expect(changes?.incidents.uptime).toBeNull();
          expect(changes?.delivery.deploymentsPerDay).toBeNull();
        } else {
          expect(changes?.incidents.uptime).toBe(
            (alone.incidents.uptime as number) - (incidents.uptime as number),
          );
        }
        const isWhole = coverage.fromMs === fromMs && alone.coverage.fromMs !== null;
        expect(changes?.incidents.count).toBe(isWhole ? alone.incidents.count - incidents.count : null);
        expect(changes?.delivery.failed).toBe(isWhole ? alone.delivery.failed - delivery.failed : null);
        const [now, before] = [alone, { incidents }].map((one) => one.incidents.timeToResolve.medianMs);
        expect(changes?.incidents.timeToResolve.medianMs).toBe(
          now === null || before === null || coverage.fromMs === null ? null : Number(now) - Number(before),
        );
      },
    ),
    { numRuns: 500 },
  );
}, 600_000);
