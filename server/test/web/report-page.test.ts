// The page of the report: the quarter of docs/report.md in figures and charts, and its edge cases.

import { exampleFigures, exampleLines, exampleNow, shownFigure } from '../report/example';
import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'time-zone': 'UTC' }, () => exampleNow);
  await server.send(`${exampleLines.join('\n')}\n`);
});

const quarter = '/report/html?from=2026-01-01&until=2026-04-01';
const page = async (path: string, on = server): Promise<string> => {
  const response = await on.fetch(path, { headers: { accept: 'text/html' } });
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  return response.text();
};

/** Path -> value and text of the figures on a page. */
function figuresOf(html: string): Map<string, { value: number | null; text: string }> {
  const figures = new Map<string, { value: number | null; text: string }>();
  for (const [, tag, attributes = '', text = ''] of html.matchAll(
    /<(data|span)( [^>]*data-figure="[^"]*"[^>]*)>([^<]*)</g,
  )) {
    const name = /data-figure="([^"]*)"/.exec(attributes)?.[1] ?? '';
    const value = tag === 'data' ? Number(/ value="([^"]*)"/.exec(attributes)?.[1]) : null;
    figures.set(name, { value, text });
  }
  return figures;
}

/** A sentence explains the coverage. */
const inTables = exampleFigures.filter(([path]) => !path.includes('coverage'));

test('shows exactly the figures of the quarter in the docs', async () => {
  const html = await page(quarter);
  expect(html).toContain(
    'Data starts at 2026-01-10 09:45. All figures cover the 80 d 14 h 15 min since then.',
  );
  expect(html).toContain(
    'Inconsistent marks in 1 of 6 incidents: the times of these incidents may be wrong.',
  );
  const figures = figuresOf(html);
  const shown = inTables.map(([path]) => {
    const value = figures.get(path)?.value;
    const nested = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    return [path, shownFigure(nested, path)];
  });
  expect(shown).toEqual(inTables);
});

test.each([
  ['incidents.count', '6'],
  ['incidents.timeToDetect.meanMs', '16 min 40 s'],
  ['incidents.timeToResolve.p90Ms', '1 d'],
  ['incidents.timeBetweenFailures.meanMs', '16 d 2 h 24 min'],
  ['incidents.timeBetweenFailures.p90Ms', '34 d 21 h 30 min'],
  ['incidents.uptime', '99.664 %'],
  ['bySeverity.sev4.uptime', '100 %'],
  ['bySeverity.none.timeToResolve.medianMs', '-'],
  ['gains.share', '3.7224 %'],
  ['delivery.deploymentsPerDay', '0.0496'],
  ['delivery.changeFailRate', '50 %'],
])('writes %s as %s', async (path, text) => {
  expect(figuresOf(await page(quarter)).get(path)?.text).toBe(text);
});

test('links figures to their events, also for a single event', async () => {
  const html = await page(quarter);
  for (const link of ['/spans/17', '/events/1', '/events/13']) {
    expect(html).toContain(`<a href="${link}">${link.replace(/\D+/, '')}</a>`);
  }
});

test('sends a browser the page at /report, and a program the data', async () => {
  expect(await page('/report?from=2026-01-01&until=2026-04-01')).toContain('<h1>Report</h1>');
  const data = await server.fetch('/report?from=2026-01-01&until=2026-04-01');
  expect(data.headers.get('content-type')).toMatch(/^application\/json/);
});

test('draws each chart with its marks, and each mark with a link', async () => {
  const html = await page(quarter);
  const countOf = (form: RegExp): number => [...html.matchAll(form)].length;
  // Six incidents and two gains; five resolved incidents; three months; the days of the quarter.
  expect(countOf(/<rect class="bar /g)).toBe(8);
  expect(countOf(/<circle class="point /g)).toBe(5);
  expect(countOf(/<line class="period"/g)).toBe(3);
  expect(countOf(/<rect class="day /g)).toBe(90);
  expect(countOf(/<circle class="dot/g)).toBe(6);
  expect(countOf(/<rect class="part /g)).toBeGreaterThan(10);
  for (const mark of [
    'rect class="bar',
    'circle class="point',
    'rect class="day',
    'rect class="part',
    'line class="period',
  ]) {
    expect(countOf(new RegExp(`<a href="[^"]+" tabindex="-1"><title>[^<]+</title><${mark}`, 'g'))).toBe(
      countOf(new RegExp(`<${mark}`, 'g')),
    );
  }
});

test('links figures and marks to existing pages', async () => {
  const main = (await page(quarter)).split('<main')[1] ?? '';
  const hrefs = new Set(
    [...main.matchAll(/href="(\/[^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&')),
  );
  expect(hrefs.size).toBeGreaterThan(50);
  for (const href of hrefs) {
    const { status } = await server.fetch(href, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([href, status]).toEqual([href, 200]);
  }
}, 600_000);

test('shows a number everywhere: no NaN, no undefined, also without events', async () => {
  const empty = await start({ 'time-zone': 'UTC' }, () => exampleNow);
  for (const path of [
    quarter,
    '/report',
    '/report?from=2026-05-01',
    '/report?from=0&period=year',
    '/report?from=-10min',
  ]) {
    for (const on of [server, empty]) {
      const html = await page(path, on);
      expect(html).toContain('<h1>Report</h1>');
      expect(html).not.toMatch(/NaN|undefined|Infinity/);
    }
  }
}, 600_000);

test('shows dashes instead of uptime without data, for a period and for a whole range', async () => {
  const figures = figuresOf(await page('/report/html?from=2025-12-01&until=2026-02-01'));
  expect(figures.get('byPeriod.0.incidents.uptime')?.text).toBe('-');
  expect(figures.get('byPeriod.0.incidents.count')?.text).toBe('-');
  expect(figures.get('byPeriod.0.delivery.deployments')?.text).toBe('-');
  expect(figures.get('byPeriod.1.incidents.uptime')?.text).toBe('99.6141 %');
  const before = await page('/report/html?from=2025-10-01&until=2026-01-01');
  expect(before).toContain('No data in this range.');
  expect([...figuresOf(before).values()].filter(({ text }) => text !== '-')).toEqual([]);
});

test('keeps the options of the calculation in the links of the page', async () => {
  const html = await page(`${quarter}&window=2h&maintenance=exclude`);
  expect(html).toContain('<input type="text" name="window" value="2h"');
  expect(html).toMatch(/<option value="exclude" selected/);
  const links = [...html.matchAll(/href="\/report(?:\/csv)?\?([^"]*)"/g)].map(([, query = '']) => query);
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) expect(link).toMatch(/window=2h&amp;maintenance=exclude/);
});

test('shows the fault of a query next to its field and keeps the input', async () => {
  const response = await server.fetch('/report/html?from=never&until=2026-04-01&q=shop', {
    headers: { accept: 'text/html' },
  });
  expect(response.status).toBe(400);
  const html = await response.text();
  expect(html).toContain('value="never"');
  expect(html).toContain('value="shop"');
  expect(html).toMatch(/<input[^>]*name="from"[^>]*aria-describedby="from-problem"/);
  const wrongPeriod = await server.fetch('/report/html?period=decade', { headers: { accept: 'text/html' } });
  expect(wrongPeriod.status).toBe(400);
  expect(await wrongPeriod.text()).toContain('one of month, quarter, year');
});

test('completes types and tags in their fields', async () => {
  const html = await page('/report/html?from=2026-01-01&until=2026-04-01');
  for (const [name, kind] of Object.entries({ type: 'types', any: 'tags', all: 'tags', none: 'tags' })) {
    expect(html).toMatch(new RegExp(`<input[^>]*name="${name}"[^>]*data-complete="${kind}"`));
  }
});

test('shows this quarter for an empty form', async () => {
  const html = await page('/report?from=&until=&type=&any=&all=&none=&q=&period=month');
  expect(html).toContain('2026-04-01 00:00 to 2026-04-15 00:00');
});

test('escapes the text of events', async () => {
  const other = await start({ 'time-zone': 'UTC' }, () => exampleNow);
  const evil = '<script>alert(1)</script>';
  await other.send(`1770000000 incident_"><img/src=x>_start;outage="><svg/onload=alert(1)> ${evil}\n`);
  const html = await page('/report/html?from=2026-01-01&q=script', other);
  expect(html).toContain('&lt;script>alert(1)&lt;/script>');
  expect(html).not.toMatch(/<script>|<img|<svg\/onload/);
});
