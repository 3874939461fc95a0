// What people type becomes the event that they mean, to the millisecond, also on the days when clocks are changed.

import { parseTyped, typedOf } from '../../src/http/event-form';
import { parseFormBody } from '../../src/http/form-body';
import { type EventTyped, shownInForm } from '../../src/web/event-form';

const now = Date.parse('2026-11-25T12:00:00.789Z');
const typed = (changes: Partial<EventTyped> = {}): EventTyped => ({
  time: '',
  zone: 'Europe/Berlin',
  type: 'deploy',
  tags: 'env=prod',
  description: 'release 42',
  ...changes,
});
const timeOf = (time: string, zone: string): string => {
  const read = parseTyped(typed({ time, zone }), now);
  return read.ok
    ? new Date(read.event.time).toISOString()
    : read.problems.map(({ message }) => message).join();
};

test.each([
  ['', 'Europe/Berlin', '2026-11-25T12:00:00.000Z'],
  ['2026-11-25T10:00', 'Europe/Berlin', '2026-11-25T09:00:00.000Z'],
  ['2026-11-25T10:00:05.250', 'Asia/Calcutta', '2026-11-25T04:30:05.250Z'],
  ['-5min', 'UTC', '2026-11-25T11:55:00.789Z'],
  // Twice: the second, in standard time. Never: by the clock before the change.
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-11-01T01:30', 'America/New_York', '2026-11-01T06:30:00.000Z'],
  ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['2026-10-25T01:30', 'Europe/Dublin', '2026-10-25T00:30:00.000Z'],
])('%j in %s is %s', (time, zone, expected) => {
  expect(timeOf(time, zone)).toBe(expected);
});

test('an event that is edited keeps all that was left as it was shown', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'UTC']) {
    // The first of two equal hours, milliseconds, other line breaks, blanks at the end.
    for (const time of ['2026-10-25T00:30:00.000Z', '2026-11-01T05:30:00.007Z', '0042-01-01T00:00:00.000Z']) {
      const original = {
        time: Date.parse(time),
        type: 'a',
        tags: ['x', 'y=1'],
        description: '\r\ntitle\rbody \n\n',
      };
      const shown = shownInForm(original, zone);
      expect(parseTyped(shown, now, original)).toEqual({ ok: true, event: original });
      const retagged = parseTyped({ ...shown, tags: 'z' }, now, original);
      expect(retagged).toEqual({ ok: true, event: { ...original, tags: ['z'] } });
    }
  }
});

test('what is wrong is told field by field', () => {
  const read = parseTyped(
    typed({ time: 'tomorow', type: 'two words', tags: 'x'.repeat(2_000), description: ' \n' }),
    now,
  );
  expect(read).toEqual({
    ok: false,
    problems: [
      { field: 'time', message: expect.stringContaining('"tomorow" is not understood') },
      { field: 'type', message: expect.stringContaining('white space') },
      { field: 'tags', message: expect.stringContaining('longer than 1024 bytes') },
      { field: 'description', message: 'say what happened' },
    ],
  });
});

test('a form is read as browsers send it', () => {
  const body =
    'type=a%2Bb+&tags=+x%09y++z%0D%0A&description=%C3%A9%0D%0A%E2%82%AC%0Dend&zone=Europe%2FBerlin&time=';
  expect(typedOf(parseFormBody({ body: Buffer.from(body), headers: {} }), 'UTC')).toEqual({
    time: '',
    zone: 'Europe/Berlin',
    type: 'a+b',
    tags: 'x y z',
    description: 'é\n€\nend',
  });
  expect(typedOf(parseFormBody({ body: Buffer.from('zone=Nowhere/At_All'), headers: {} }), 'UTC').zone).toBe(
    'UTC',
  );
});

test.each(['type=%', 'type=%C3', 'type=%ff', 'type=\xff'])('%j is no UTF-8, and is refused', (body) => {
  expect(() => parseFormBody({ body: Buffer.from(body, 'latin1'), headers: {} })).toThrow('not valid UTF-8');
});
