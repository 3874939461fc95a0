// Reports of a host that fails repeatedly and recovers.

import { followRun, type HostState, readHostState } from '../../src/change';
import type { Event } from '../../src/event';

const hour = 3_600_000;
const start = 1_795_330_800_000;

/** Runs of a host every half hour: a letter is a failure, a dot a good run. Returns the reported events with their times. */
function reported(runs: string, every = hour / 2): string[] {
  let state: HostState | null = null;
  const lines: string[] = [];
  for (const [i, letter] of [...runs].entries()) {
    const time = start + i * every;
    const failure = letter === '.' ? null : letter;
    const tags = ['host=web01', 'tool=puppet', 'dc=ams'];
    const event: Event | null =
      failure === null ? null : { time: time + 1_000, type: 'puppet_failed', tags, description: 'it failed' };
    const run = { tool: 'puppet', host: 'web01', time, failure, tags };
    const followed = followRun(state, run, event, time + hour);
    state = followed.state && readHostState(JSON.stringify(followed.state));
    for (const { type, time: at, tags: told } of followed.events) {
      const added = told.filter((tag) => !tags.includes(tag)).join(' ');
      lines.push(`${Math.floor((at - start) / every)} ${type} ${added}`);
    }
  }
  return lines;
}

test('starts a failure with its first run, folds repetitions, and ends it with the next good run', () => {
  expect(reported('..aaaa..')).toEqual([
    '2 puppet_failed_start failure=a span=web01',
    '6 puppet_failed_end span=web01',
  ]);
});

test('reports another failure of the same host within the span, each only once', () => {
  expect(reported('aabbab.')).toEqual([
    '0 puppet_failed_start failure=a span=web01',
    '2 puppet_failed failure=b span=web01',
    '6 puppet_failed_end span=web01',
  ]);
});

test('repeats the failure after a day, with the number of failed runs', () => {
  expect(reported(`${'a'.repeat(97)}.`)).toEqual([
    '0 puppet_failed_start failure=a span=web01',
    '48 puppet_failed failure=a span=web01 repeat=49',
    '96 puppet_failed failure=a span=web01 repeat=97',
    '97 puppet_failed_end span=web01',
  ]);
});

test('lets a host that fails again within a day recover after six good hours, from the first good run', () => {
  expect(reported(`a.a.a.a.${'.'.repeat(12)}`)).toEqual([
    '0 puppet_failed_start failure=a span=web01',
    '1 puppet_failed_end span=web01',
    '2 puppet_failed_start failure=a span=web01',
    '7 puppet_failed_end span=web01',
  ]);
});

test('reports a host that flaps for a week a dozen times', () => {
  expect(reported('a.'.repeat(168)).length).toBeLessThan(12);
});

test('reports a failure a day after a recovery as a new one', () => {
  expect(reported(`a${'.'.repeat(50)}a.`)).toEqual([
    '0 puppet_failed_start failure=a span=web01',
    '1 puppet_failed_end span=web01',
    '51 puppet_failed_start failure=a span=web01',
    '52 puppet_failed_end span=web01',
  ]);
});

const event: Event = { time: start, type: 'puppet_failed', tags: ['tool=puppet'], description: 'x' };
const run = { tool: 'puppet', host: 'web01', time: start, failure: 'a', tags: [] };

test('reports a report once that is delivered twice', () => {
  const first = followRun(null, run, event, start);
  expect(first.events).toHaveLength(1);
  expect(followRun(first.state, run, event, start)).toEqual({
    state: first.state,
    events: [],
    isFolded: true,
  });
});

test('accepts a clock that is up to five minutes ahead, but no more', () => {
  expect(followRun(null, null, event, start - 300_000).events).toEqual([event]);
  expect(followRun(null, null, event, start - 300_001).events).toEqual([
    { ...event, time: start - 300_001, tags: ['clock=ahead', 'tool=puppet'] },
  ]);
  // Its runs are still in order.
  const ahead = followRun(null, { ...run, time: start + hour }, { ...event, time: start + hour }, start);
  const good = { ...run, time: start + 1_800_000, failure: null };
  expect(followRun(ahead.state, good, null, start + 1_800_000).events[0]).toMatchObject({
    type: 'puppet_failed_end',
  });
});

test('keeps reporting a host whose clock was set back by days', () => {
  const first = followRun(null, run, event, start);
  const back = start - 3 * 86_400_000;
  expect(followRun(first.state, { ...run, time: back }, { ...event, time: back }, start).events).toHaveLength(
    1,
  );
});

test.each(['', '{}', 'null', '[]', '{"last": 1}', '{"last":1,"since":1,"runs":1,"told":[1],"good":null}'])(
  'ignores an invalid stored state %j',
  (text) => expect(readHostState(text)).toBeNull(),
);
