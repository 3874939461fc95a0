// Hostile text in a tooltip: after Grafana's own sanitiser it runs nothing and reads exactly as written.

import type { DrawnEvent, DrawnSpan } from '@anthracite/protocol';
import { textUtil } from '@grafana/data';
import { eventTable } from '../src/frames/event-frames';
import { marksOf } from '../src/frames/mark';
import { linkBaseOf } from '../src/options';
import { withAdHocFilters } from '../src/query/ad-hoc-filters';
import { interpolateQuery } from '../src/query/interpolation';
import { formatParameters } from '../src/request/parameters';
import { corpus, plainSpan } from './hostile-corpus';

// Invisible characters are shown as visible placeholders.
const unseen: [string, string][] = [
  ['nul \u0000 bell \u0007 escape \u001b[31m', 'nul \ufffd bell \ufffd escape \ufffd[31m'],
];

const range = { fromMs: 0, untilMs: 1_000 };
const options = { range, linkBase: 'https://events.example', limit: 10 };

const eventOf = (text: string): DrawnEvent => ({
  id: 1,
  time: 1,
  type: text.replace(/\s/g, '_'),
  tags: [text.replace(/\s/g, '_')],
  description: `title\n${text}`,
  scale: 'other',
  severity: null,
  isCut: false,
});
const spanOf = (title: string): DrawnSpan => ({
  ...plainSpan,
  key: title,
  title,
  tags: [title],
  markTitles: [],
});

/** The tooltip of a mark: Grafana joins title and text, and sanitises the result. */
function tooltip(html: string): HTMLElement {
  const element = document.createElement('div');
  element.innerHTML = textUtil.sanitize(html);
  return element;
}

/** The readable text, as a person would type it again. */
function textIn(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  for (const end of copy.querySelectorAll('br')) end.replaceWith('\n');
  return (copy.textContent ?? '').replaceAll('\u00a0', ' ');
}

const asRead = (text: string): string => text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replaceAll('\t', '    ');

function expectHarmless(element: Element): void {
  for (const one of element.querySelectorAll('*')) {
    expect(['A', 'B', 'BDI', 'BR']).toContain(one.tagName);
    for (const { name } of one.attributes) expect(['href', 'target', 'rel']).toContain(name);
    if (one.tagName === 'A') expect(one.getAttribute('href')).toMatch(/^https?:\/\//);
  }
}

test.each([...corpus.map((text): [string, string] => [text, text]), ...unseen])(
  'shows the body %j as text',
  (text, expected) => {
    const [mark] = marksOf(
      { events: [eventOf(text)], spans: [], eventsTruncated: false, spansTruncated: false },
      options,
    );
    const element = tooltip(`${mark?.title}<br />${mark?.text}`);
    expectHarmless(element);
    expect(textIn(element)).toBe(`title\n${asRead(expected)}\nopen in Anthracite`);
  },
);

test.each(corpus)('shows the title of a span %j as text', (text) => {
  const [mark] = marksOf(
    { events: [], spans: [spanOf(text)], eventsTruncated: false, spansTruncated: false },
    options,
  );
  const element = tooltip(mark?.title ?? '');
  expectHarmless(element);
  expect(textIn(element)).toBe(asRead(text));
});

test.each(corpus)('passes on type and tags unchanged, for Grafana to escape: %j', (text) => {
  const event = eventOf(text);
  const [mark] = marksOf(
    { events: [event], spans: [], eventsTruncated: false, spansTruncated: false },
    options,
  );
  expect(mark?.tags).toEqual([event.type, ...event.tags]);
  const table = eventTable([event], 'A', options.linkBase);
  expect(table.fields.find(({ name }) => name === 'text')?.values).toEqual([text]);
});

test.each([
  ['see https://example.com/a_(b).', 'https://example.com/a_(b)'],
  ['(see https://example.com/a)', 'https://example.com/a'],
  ['https://example.com/a?b=1&c=2#d, and so on', 'https://example.com/a?b=1&c=2#d'],
  ['HTTPS://EXAMPLE.COM/A', 'HTTPS://EXAMPLE.COM/A'],
  [
    'rolled back to github.com/Vimeo/main/compare/foobar..e8e5e4',
    'github.com/Vimeo/main/compare/foobar..e8e5e4',
  ],
  ['https://m\u00fcnchen.example/stra\u00dfe!', 'https://m\u00fcnchen.example/stra\u00dfe'],
])('links the URL in %j', (text, address) => {
  const [mark] = marksOf(
    { events: [eventOf(text)], spans: [], eventsTruncated: false, spansTruncated: false },
    { ...options, linkBase: '' },
  );
  const written = mark?.text ?? '';
  const links = tooltip(written).querySelectorAll('a');
  expect([...links].map((link) => [link.textContent, link.href, link.rel])).toEqual([
    [address, new URL(address.replace(/^github/, 'https://github')).href, 'noopener noreferrer'],
  ]);
  // The sanitiser of 11.6 removes the target, so the link opens in the same tab.
  expect(written).toContain(' target="_blank"');
});

test('links each URL of a list', () => {
  const text = 'https://a.example/x,https://b.example/y;http://c.example/z';
  const [mark] = marksOf(
    { events: [eventOf(`list\n${text}`)], spans: [], eventsTruncated: false, spansTruncated: false },
    { ...options, linkBase: '' },
  );
  const links = tooltip(mark?.text ?? '').querySelectorAll('a');
  expect([...links].map(({ textContent }) => textContent)).toEqual(text.split(/[,;]/));
});

test.each(corpus)('keeps %j one value of a variable, or one filter', (text) => {
  const query = { refId: 'A', allTags: ['host=$host'] };
  const variables = {
    replace: (item: string, format: (value: unknown) => string) =>
      item.replace('$host', () => format([text, 'web1'])),
    patternOfAll: () => null,
  };
  const { allTags } = interpolateQuery(query, variables);
  expect(allTags).toHaveLength(1);
  expect(allTags?.[0]?.split(' ')).toEqual([`host=${text.trim().replaceAll(' ', '\u00a0')}`, 'host=web1']);
  const filtered = withAdHocFilters({ refId: 'A' }, [{ key: text, operator: '=', value: text }]);
  expect(filtered.allTags).toEqual([`${text}=${text}`.trim().replaceAll(' ', '\u00a0')]);
  expect(new URLSearchParams(formatParameters({ some: filtered.allTags ?? [] })).getAll('some')).toEqual(
    filtered.allTags,
  );
});

test.each(['javascript:alert(1)//', 'data:text/html,x', '//evil', 'events.example'])(
  'links events only to a web URL, and not to %j',
  (linkBase) => {
    expect(linkBaseOf({ linkBase })).toBe('');
  },
);

test('truncates a very long text without blocking the browser', () => {
  const text = `${'https://'.repeat(100_000)}${'x.'.repeat(100_000)}`;
  const [mark] = marksOf(
    { events: [eventOf(text)], spans: [], eventsTruncated: false, spansTruncated: false },
    options,
  );
  expect(textIn(tooltip(mark?.text ?? '')).length).toBeLessThan(2_100);
});
