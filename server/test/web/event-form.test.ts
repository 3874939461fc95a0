// Form input becomes the intended event, to the millisecond, also on days with a clock change.

import { parseTyped, typedOf } from '../../src/doors/http/request/event-form';
import { parseFormBody } from '../../src/doors/http/request/form-body';
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
  // A repeated time: the second one, in standard time. A skipped time: by the clock before the change.
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-11-01T01:30', 'America/New_York', '2026-11-01T06:30:00.000Z'],
  ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['2026-10-25T01:30', 'Europe/Dublin', '2026-10-25T00:30:00.000Z'],
])('reads %j in %s as %s', (time, zone, expected) => {
  expect(timeOf(time, zone)).toBe(expected);
});

test('keeps all unchanged fields of an edited event exactly', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'UTC']) {
    // The first of two equal hours, milliseconds, other line breaks, trailing spaces.
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

test('reports each fault with its field', () => {
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
      { field: 'description', message: 'describe what happened' },
    ],
  });
});

test('reads a form as browsers send it', () => {
  const body =
    'type=a%2Bb+&tags=+x%09y++z%0D%0A&description=%C3%A9%0D%0A%E2%82%AC%0Dend&zone=Europe%2FBerlin&time=';
  expect(typedOf(parseFormBody({ body: Buffer.from(body), headers: {} }), 'UTC')).toEqual({
    time: '',
    zone: 'Europe/Berlin',
    type: 'a+b',
    tags: 'x y z',
    description: 'é\n€\nend',
  });
  expect(typedOf(parseFormBody({ body: Buffer.from('zone='), headers: {} }), 'Asia/Tokyo').zone).toBe(
    'Asia/Tokyo',
  );
});

test.each(['Nowhere/At_All', 'BST'])('refuses a form with the unknown zone %s', (zone) => {
  const fields = parseFormBody({ body: Buffer.from(`zone=${zone}`), headers: {} });
  expect(() => typedOf(fields, 'UTC')).toThrow('expected a time zone such as UTC or Europe/Amsterdam');
});

test.each(['type=%', 'type=%C3', 'type=%ff', 'type=\xff'])('refuses %j, which is not UTF-8', (body) => {
  expect(() => parseFormBody({ body: Buffer.from(body, 'latin1'), headers: {} })).toThrow('not valid UTF-8');
});
