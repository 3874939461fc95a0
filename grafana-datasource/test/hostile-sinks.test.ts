// Hostile text in log lines, their labels and filters, live lines, and in the tables and marks of suspects.

import type { DrawnEvent, FollowerPage, SpanEntry, SuspectPage } from '@anthracite/protocol';
import { textUtil } from '@grafana/data';
import { hasFilter, toggleFilter } from '../src/explore/filters';
import { withMessages } from '../src/explore/live-events';
import { eventLogs } from '../src/frames/log-frames';
import { messageMark } from '../src/frames/mark';
import { previewOf } from '../src/frames/mark-preview';
import { followerTable, suspectTable } from '../src/frames/suspect-frames';
import { suspectMarks } from '../src/frames/suspect-marks';
import { corpus, plainSpan } from './hostile-corpus';

const wordOf = (text: string): string => text.replace(/\s/g, '_');
const eventOf = (text: string): DrawnEvent => ({
  id: 1,
  time: 1,
  type: wordOf(text),
  tags: [`x=${wordOf(text)}`],
  description: text,
  scale: 'other',
  severity: null,
  isCut: false,
});
const spanOf = (title: string): SpanEntry => ({
  ...plainSpan,
  key: title,
  title,
  tags: [wordOf(title)],
});
const parts = {} as SuspectPage['suspects'][number]['parts'];
const suspicionOf = (text: string) => ({ rank: 1, lagMs: 1, score: 1, parts, explanation: text });
const suspectsOf = (text: string): SuspectPage => ({
  span: spanOf(text),
  from: 0,
  windowMs: 1,
  suspects: [
    { ...suspicionOf(text), type: wordOf(text), event: eventOf(text), spanId: null, first: 0, last: 0 },
  ],
  total: 1,
  truncated: false,
});
const cell = (frame: { fields: readonly { name: string; values: unknown[] }[] }, name: string): unknown =>
  frame.fields.find((field) => field.name === name)?.values[0];

test.each(corpus)('shows %j in a log line as written, without control characters', (text) => {
  const body = String(cell(eventLogs([eventOf(text)], 'A', ''), 'body'));
  const words = (one: string): string => one.replace(/\s+/g, ' ').trim();
  expect(words(body)).toBe(words(`${wordOf(text)}: ${text}`));
  expect(cell(eventLogs([eventOf(text)], 'A', ''), 'labels')).toEqual({
    type: wordOf(text),
    x: wordOf(text),
  });
});

test('replaces control characters in log lines, which Grafana would read as colours', () => {
  const body = cell(eventLogs([{ ...eventOf('x'), description: 'a\u001b[8mhidden\u0000' }], 'A', ''), 'body');
  expect(body).toBe('x: a\ufffd[8mhidden\ufffd');
});

test.each(corpus)('shows %j in a live line as in a list', (text) => {
  const { scale, severity, isCut, ...stored } = eventOf(text);
  const message = { event: 'event', id: '1.0', data: JSON.stringify(stored) };
  expect(withMessages([], [message], 10)).toMatchObject([stored]);
});

test.each(corpus)('filters by the type and the tag %j, and finds the filter again', (text) => {
  for (const key of ['type', 'x']) {
    const filter = { key, value: wordOf(text) };
    const query = toggleFilter({ refId: 'A' }, { type: 'FILTER_FOR', options: filter });
    expect(hasFilter(query, filter)).toBe(true);
  }
});

test.each(corpus)(
  'passes %j on to tables of suspects and followers as text, for Grafana to escape',
  (text) => {
    const page = suspectsOf(text);
    const suspects = suspectTable([page, page], 'A', '');
    expect(cell(suspects, 'span')).toBe(`${text}: ${text}`);
    expect(cell(suspects, 'reasons')).toBe(text);
    expect(cell(suspects, 'title')).toBe(text.split('\n')[0]);
    const { suspects: _, span, ...rest } = page;
    const [suspect] = page.suspects;
    const followers = {
      ...rest,
      ...suspect,
      followers: [{ ...suspicionOf(text), span }],
    } as unknown as FollowerPage;
    expect(cell(followerTable([followers], 'A', ''), 'title')).toBe(text);
  },
);

test.each(corpus)('shows %j in the marks of suspects as text', (text) => {
  for (const { title, text: html } of suspectMarks([suspectsOf(text)], 'https://events.example')) {
    const element = document.createElement('div');
    element.innerHTML = textUtil.sanitize(`${title}<br />${html}`);
    for (const one of element.querySelectorAll('*')) {
      expect(['A', 'B', 'BDI', 'BR']).toContain(one.tagName);
      if (one.tagName === 'A') expect(one.getAttribute('href')).toMatch(/^https?:\/\//);
    }
    expect(element.textContent).toContain(text.slice(0, 5).replaceAll('\n', '').trim());
  }
});

test.each(corpus)('shows %j in the test of an annotation as short plain text', (text) => {
  const { title } = previewOf(messageMark(text, '', { fromMs: 0, untilMs: 1 }));
  const words = (one: string): string => one.replace(/\s+/g, ' ').trim();
  expect(title.length).toBeLessThanOrEqual(63);
  expect(
    words(text).startsWith(
      words(title)
        .replace(/\.\.\.$/, '')
        .trim(),
    ),
  ).toBe(true);
});
