// The range picker with JavaScript off: quick ranges as links, the absolute range as a form, the range as text.

import { start, type TestServer } from '../start';
import { fieldOf, linkOf, visit } from './pages';

const now = Date.parse('2026-11-25T12:00:00Z');
let server: TestServer;
beforeAll(async () => {
  server = await start({ 'time-zone': 'UTC' }, () => now);
});
const nameOf = (html: string): string => /data-part="picked">([^<]*)</.exec(html)?.[1] ?? '';

test.each(['/events/', '/timeline', '/spans'])(
  'offers quick ranges on %s, which keep the filter and start at the first page',
  async (path) => {
    const page = await visit(server, `${path}?q=x&all=a%3Db&from=-3h&tz=UTC`);
    for (const [name, query] of [
      ['Last 15 minutes', 'from=-15min'],
      ['Last hour', 'from=-1h'],
      ['Last 6 hours', 'from=-6h'],
      ['Last 24 hours', 'from=-24h'],
      ['Today', 'from=today'],
      ['Yesterday', 'from=yesterday&until=today-1s'],
      ['This week', 'from=now%2Fw'],
      ['Last 7 days', 'from=-7d'],
      ['Last 30 days', 'from=-30d'],
      ['This quarter', 'from=now%2FQ'],
    ] as const) {
      const href = linkOf(page, name);
      expect(href).toBe(`${path}?q=x&all=a%3Db&tz=UTC&${query}`);
      const chosen = await visit(server, href);
      expect([chosen.status, nameOf(chosen.html)]).toEqual([200, name]);
    }
  },
);

test('names other ranges by their instants in the time zone of the page', async () => {
  const name = async (query: string): Promise<string> =>
    nameOf((await visit(server, `/events/?tz=Asia/Tokyo&${query}`)).html);
  expect(await name('from=2026-11-25T01:00:00Z&until=2026-11-25T02:00:00Z')).toBe(
    '2026-11-25 10:00 to 2026-11-25 11:00',
  );
  expect(await name('from=-3h')).toBe('2026-11-25 18:00 to now');
  expect(await name('until=-3h')).toBe('Start to 2026-11-25 18:00');
  expect(await name('from=-1d')).toBe('Last 24 hours');
});

test('has fields for an absolute range in a form of their own, which keeps the filter', async () => {
  const { html } = await visit(server, '/spans?q=x&from=-1h&scale=gain&tz=Asia/Tokyo');
  expect(html).toMatch(
    /<input type="datetime-local" name="from" form="absolute-range" value="2026-11-25T20:00"/,
  );
  expect(html).toMatch(
    /<input type="datetime-local" name="until" form="absolute-range" value="2026-11-25T21:00"/,
  );
  const [, form = ''] = /<form id="absolute-range"[^>]*>(.*?)<\/form>/s.exec(html) ?? [];
  const kept = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  expect(kept).toEqual([
    ['q', 'x'],
    ['scale', 'gain'],
    ['tz', 'Asia/Tokyo'],
  ]);
  const sent = await visit(server, '/events/?from=2026-11-25T20:00&until=2026-11-25T21:00&tz=Asia/Tokyo');
  expect(nameOf(sent.html)).toBe('2026-11-25 20:00 to 2026-11-25 21:00');
});

test('opens with the error next to its field', async () => {
  const page = await visit(server, '/timeline?from=whenever');
  expect(page.status).toBe(400);
  expect(page.html).toMatch(/<details class="range-picker menu" open/);
  expect(fieldOf(page, 'from')).toBe('whenever');
});
