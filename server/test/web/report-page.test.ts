// The page of the report: the quarter of docs/report.md in figures and charts, and its edge cases.

import {
  exampleFigures,
  exampleLines,
  exampleNow,
  exampleTargets,
  juneExample,
  marchExample,
  shownFigure,
} from '../report/example';
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
  ['incidents.uptime', '99.66 %'],
  ['bySeverity.sev4.uptime', '100 %'],
  ['bySeverity.none.timeToResolve.medianMs', '-'],
  ['gains.share', '3.72 %'],
  ['delivery.deploymentsPerDay', '0.05'],
  ['delivery.changeFailRate', '50 %'],
])('writes %s as %s', async (path, text) => {
  expect(figuresOf(await page(quarter)).get(path)?.text).toBe(text);
});

test('lists failed deployments and incidents with inconsistent marks in tables with links', async () => {
  const html = await page(quarter);
  expect(rowsOf(html, 'Failed deployments (2)')).toEqual([
    ['2026-02-14 07:50:00', 'shop b release b', '-', 'search is slow after 10 min', '2 h'],
    ['2026-01-10 09:45:00', 'shop a release a', '-', 'the shop is down after 15 min', '1 h'],
  ]);
  expect(html).toContain('<a href="/events/13">shop b</a>');
  expect(rowsOf(html, 'Incidents with inconsistent marks (1)')).toEqual([
    ['2026-02-20 12:00:00', 'somebody sees old prices', expect.stringContaining('start'), '-'],
  ]);
  expect(html).toContain('<a href="/spans/17">somebody sees old prices</a>');
});

test('lists rollbacks and aborted deployments with their versions and environments', async () => {
  const other = await start({ 'time-zone': 'UTC' }, () => juneExample.now);
  await other.send(`${juneExample.lines.join('\n')}\n`);
  const html = await page('/report/html?from=2026-06-01&until=2026-06-15', other);
  expect(rowsOf(html, 'Failed deployments (4)')).toEqual([
    ['2026-06-11 09:00:00', 'search 7 stopped by hand', 'prod', 'aborted', '-'],
    ['2026-06-04 10:00:00', 'shop 3 release 3', 'prod', 'rolled back after 3 h', '3 h'],
    ['2026-06-03 10:00:00', 'shop 2 release 2 begins', 'prod', 'aborted', '-'],
    ['2026-06-02 08:00:00', 'shop 1 release 1', 'prod', 'checkout fails after 30 min', '1 h'],
  ]);
  expect(rowsOf(html, 'Rollbacks and other rework (3)')).toEqual([
    ['2026-06-05 09:00:00', 'shop 3.1 release 3 without the bug', 'prod', 'tag hotfix or rework', '1.1'],
    ['2026-06-04 13:00:00', 'shop 1.1 back to 1.1', 'prod', 'rollback', '3'],
    [
      '2026-06-02 09:10:00',
      'shop 1.1 the fix',
      'prod',
      'deployed during an incident of an earlier deployment',
      '1',
    ],
  ]);
});

/** The texts of the cells of the table below a heading. */
function rowsOf(html: string, title: string): string[][] {
  const [, after = ''] = html.split(`>${title}</h`);
  const [, body = ''] = /<tbody>(.*?)<\/tbody>/s.exec(after) ?? [];
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) =>
      cell.replace(/<[^>]*>/g, '').trim(),
    ),
  );
}

describe('comparison and error budgets', () => {
  let other: TestServer;
  beforeAll(async () => {
    other = await start({ 'time-zone': 'UTC', 'uptime-target': exampleTargets.join(',') }, () => exampleNow);
    await other.send(`${exampleLines.join('\n')}\n`);
  });

  const textOf = (html: string): string => html.replace(/<[^>]*>/g, '');

  test('shows the changes of March in the docs, and its error budgets', async () => {
    const html = await page('/report/html?from=2026-03-01&until=2026-04-01', other);
    const figures = figuresOf(html);
    const shown = marchExample.figures.filter(
      ([path]) => /^(?:previous\.changes|errorBudgets|incidents)\./.test(path) && !path.includes('meanMs'),
    );
    expect(shown.length).toBeGreaterThan(15);
    for (const [path, value] of shown) {
      const own = figures.get(path)?.value;
      const nested = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), own);
      expect([path, shownFigure(nested, path)]).toEqual([path, value]);
    }
    const text = textOf(html);
    expect(text).toContain('99.73 % (+0.10 vs the month before)');
    expect(text).toContain('target 99.5 %, error budget 46.24 % left');
    expect(text).toContain('Compared with the month before: 2026-02-01 00:00 to 2026-03-01 00:00.');
    // A better uptime, and less time between failures.
    expect(html).toMatch(/<data class="change better"[^>]*data-figure="previous.changes.incidents.uptime"/);
    expect(html).toMatch(
      /class="change worse"[^>]*data-figure="previous.changes.incidents.timeToResolve.medianMs"/,
    );
  });

  test('shows a dash for a change that is unknown, and reports an exceeded budget', async () => {
    const february = textOf(await page('/report/html?from=2026-02-01&until=2026-03-01', other));
    expect(february).toContain('Its data starts at 2026-01-10 09:45: counts are not compared.');
    expect(february).toContain('2 (- vs the month before)');
    const whole = await page('/report/html?from=2026-01-01&until=2026-04-01', other);
    expect(textOf(whole)).toContain('99.66 % (- vs the quarter before)');
    expect(textOf(whole)).toContain('which has no data');
    const changes = [...figuresOf(whole)].filter(([path]) => path.startsWith('previous.changes.'));
    expect(changes).toHaveLength(30);
    expect(changes.filter(([, { text }]) => text !== '-')).toEqual([]);
    const days = textOf(await page('/report/html?from=2026-02-14&until=2026-02-15', other));
    expect(days).toContain('error budget exceeded');
    expect(days).toContain('vs the period before');
  });

  test('marks the chosen range, also the default and one that ends in the future', async () => {
    const chosenOf = async (path: string) =>
      /aria-current="true">(\d{4}[^<]*)</.exec(await page(path, other))?.[1];
    expect(await chosenOf('/report/html')).toBe('2026-Q2');
    expect(await chosenOf('/report/html?from=2026-04-01&until=2026-07-01')).toBe('2026-Q2');
    expect(await chosenOf('/report/html?from=2026-01-01&until=2026-04-01T00:00')).toBe('2026-Q1');
    expect(await chosenOf('/report/html?from=-30d')).toBeUndefined();
  });

  test('shows services, with a link only if one tag names all of their events', async () => {
    await other.send(
      '1773100000 incident_sev2_start;service=cart;incident=7 slow\n1773100060 incident_sev2_shop_start;incident=8 x\n',
    );
    const html = await page('/report/html?from=2026-03-01&until=2026-04-01', other);
    expect(rowsOf(html, 'By service').map(([name]) => name)).toEqual([
      'cart',
      'shop',
      'no service in the tags',
    ]);
    expect(html).toMatch(/<a href="\/spans\?[^"]*all=service%3Dcart[^"]*">cart</);
    expect(html).not.toContain('>By team<');
  });
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
  expect(figures.get('byPeriod.1.incidents.uptime')?.text).toBe('99.61 %');
  const before = await page('/report/html?from=2025-10-01&until=2026-01-01');
  expect(before).toContain('No data in this range.');
  expect(before).not.toContain('Compared with');
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
