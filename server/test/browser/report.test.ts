// The pages of the report and of incidents in a real browser, with the quarter of docs/report.md: charts are correct and accessible.

import type { Page } from 'playwright-core';
import { exampleLines, exampleNow } from '../report/example';
import { start, type TestServer } from '../start';
import { seriousFindings } from './axe';
import { inBrowser, openPage } from './browser';

const quarter = '/report?from=2026-01-01&until=2026-04-01';
const quarterDays = 90;
const minuteMs = 60_000;

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'time-zone': 'UTC' }, () => exampleNow);
  await server.send(`${exampleLines.join('\n')}\n`);
});

interface Box {
  readonly title: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The positions of the marks of a chart, from 0 to 1 across its plot, and in pixels down from its top. */
function boxesOf(page: Page, picture: string, mark: string): Promise<Box[]> {
  return page
    .locator('figure', { has: page.getByRole('heading', { name: picture, exact: true }) })
    .locator('.field')
    .evaluate((field, selector) => {
      const plot = field.getBoundingClientRect();
      return [...field.querySelectorAll<SVGGraphicsElement>(selector)].map((element) => {
        // Without the stroke, which widens the shortest marks to be visible.
        const box = element.getBBox();
        return {
          title: element.closest('a, g')?.querySelector('title')?.textContent ?? '',
          left: box.x / plot.width,
          right: (box.x + box.width) / plot.width,
          top: box.y,
          bottom: box.y + box.height,
        };
      });
    }, mark);
}

const dayOf = (date: string): number => (Date.parse(date) - Date.UTC(2026, 0, 1)) / 86_400_000 / quarterDays;

inBrowser('draws incidents as bars from their start, as long as their duration', async () => {
  const page = await openPage(server, quarter);
  const bars = await boxesOf(page, 'Incidents and gains', 'rect.bar');
  const expected = [
    ['sev1: the shop is down', '2026-01-10T10:00Z', 60],
    ['sev1: search is slow', '2026-02-14T08:00Z', 120],
    ["sev2: the bank's gateway fails", '2026-01-10T10:30Z', 90],
    ['sev2: mails are late', '2026-03-31T22:00Z', 120],
    ['sev3: somebody sees old prices', '2026-02-20T12:00Z', 30],
    ['sev4: one of two disks fails', '2026-03-01T00:00Z', 1_440],
    ['gain1: a film shows the product', '2026-02-01T00:00Z', 2_880],
    ['gain3: press', '2026-02-02T00:00Z', 2_880],
  ] as const;
  expect(bars.map(({ title }) => title.split(',')[0])).toEqual(expected.map(([title]) => title));
  for (const [i, [, begin, minutes]] of expected.entries()) {
    const bar = bars[i] as Box;
    expect(bar.left).toBeCloseTo(dayOf(begin), 3);
    expect(bar.right - bar.left).toBeCloseTo(minutes / (quarterDays * 1_440), 4);
  }
  // Each severity has a separate lane, the most severe on top.
  const lanes = [...new Set(bars.map(({ top }) => top))];
  expect(lanes).toEqual([...lanes].sort((one, other) => one - other));
  expect(lanes).toHaveLength(6);
});

inBrowser('draws each incident at the height of its duration', async () => {
  const page = await openPage(server, quarter);
  const points = await boxesOf(page, 'Time to resolve', 'circle.point');
  expect(points).toHaveLength(5);
  const minutes = (title: string): number =>
    ({
      'the shop is down': 60,
      "the bank's gateway fails": 90,
      'search is slow': 120,
      'mails are late': 240,
      'one of two disks fails': 1_440,
    })[/: (.*?),/.exec(title)?.[1] ?? ''] ?? Number.NaN;
  const sorted = [...points].sort((one, other) => minutes(one.title) - minutes(other.title));
  const middles = sorted.map(({ top, bottom }) => (top + bottom) / 2);
  // On a logarithmic scale: equal steps are equal factors.
  const perLog = ((middles[0] ?? 0) - (middles[4] ?? 0)) / Math.log(24);
  for (const [i, { title }] of sorted.entries()) {
    expect((middles[0] ?? 0) - (middles[i] ?? 0)).toBeCloseTo(perLog * Math.log(minutes(title) / 60), 0);
  }
  const medians = await boxesOf(page, 'Time to resolve', 'line.median');
  expect(medians.map(({ title }) => title)).toEqual([
    '2026-01: median 1 h 15 min',
    '2026-02: median 2 h',
    '2026-03: median 14 h',
  ]);
});

inBrowser('draws bars of events by their number, which add up', async () => {
  const page = await openPage(server, quarter);
  const parts = await boxesOf(page, 'Events by type', 'rect.part');
  const counted = parts.map((part) => ({ ...part, count: Number(/: (\d+) /.exec(part.title)?.[1]) }));
  expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(24);
  const [first] = counted as [(typeof counted)[number]];
  for (const { count, top, bottom } of counted) {
    expect((bottom - top) / count).toBeCloseTo((first.bottom - first.top) / first.count, 1);
  }
});

inBrowser('ends the line of uptime at the uptime of the range', async () => {
  const page = await openPage(server, quarter);
  const uptime = page.locator('figure', { has: page.getByRole('heading', { name: 'Uptime', exact: true }) });
  const places = await uptime.locator('.plot').evaluate((plot) => {
    const path = plot.querySelector<SVGPathElement>('path.line:not(.weighted)') as SVGPathElement;
    const end = path.getPointAtLength(path.getTotalLength());
    const labels = [...plot.querySelectorAll('.scale text')].map((text) => ({
      y: Number(text.getAttribute('y')),
      percent: Number.parseFloat(text.textContent ?? ''),
    }));
    return { x: end.x, y: end.y, labels };
  });
  const [top, next] = places.labels as [{ y: number; percent: number }, { y: number; percent: number }];
  const percentAt = top.percent + ((places.y - top.y) / (next.y - top.y)) * (next.percent - top.percent);
  expect(places.x).toBeCloseTo(1_000, 0);
  expect(percentAt).toBeCloseTo(99.664, 2);
});

inBrowser(
  'shows the days of the quarter under their weekdays in the calendar, with dots for down time',
  async () => {
    const page = await openPage(server, quarter);
    const calendar = page.locator('figure', { has: page.getByRole('heading', { name: 'Calendar' }) });
    expect(await calendar.locator('rect.day').count()).toBe(quarterDays);
    const titles = await calendar.locator('a:has(circle) title').allTextContents();
    expect(titles).toEqual([
      '2026-01-10: 8 events; 2 incidents, downtime 2 h',
      '2026-02-14: 4 events; 1 incident, downtime 2 h',
      '2026-02-20: 2 events; 1 incident, downtime 30 min',
      '2026-03-01: 1 event; 1 incident, downtime 0 s',
      '2026-03-02: 1 event; 1 incident, downtime 0 s',
      '2026-03-31: 1 event; 1 incident, downtime 2 h',
    ]);
    // The tenth of January was a Saturday.
    const x = await calendar
      .locator('a', { has: page.locator('title', { hasText: '2026-01-10' }) })
      .locator('rect')
      .getAttribute('x');
    expect(Math.floor(Number(x) / 18)).toBe(5);
  },
);

inBrowser('links each mark to its event, also by keyboard in its table', async () => {
  const page = await openPage(server, quarter);
  const lanes = page.locator('figure', { has: page.getByRole('heading', { name: 'Incidents and gains' }) });
  await lanes.locator('a', { has: page.locator('title', { hasText: 'one of two disks' }) }).click();
  await page.waitForURL(/\/spans\/\d+$/);
  expect(await page.locator('h1').textContent()).toContain('one of two disks fails');
  await page.goBack();
  await lanes.locator('summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('the shop is down');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/spans\/\d+$/);
  expect(await page.locator('h1').textContent()).toContain('the shop is down');
});

inBrowser('fits into a phone and stays small', async () => {
  for (const path of [quarter, '/spans', '/spans/3', '/declare']) {
    const page = await openPage(server, path, { width: 360 });
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect([path, overhang]).toEqual([path, 0]);
    const bytes = await page.evaluate(() =>
      [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map((entry) => (entry as PerformanceResourceTiming).transferSize)
        .reduce((sum, size) => sum + size, 0),
    );
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(300_000);
  }
});

const pages = [quarter, '/report?from=never', '/spans', '/spans/3', '/declare'];

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  for (const path of pages) {
    inBrowser(`has no accessibility fault on ${path}`, async () => {
      const page = await openPage(server, path, { scheme });
      // Folded parts are checked, too.
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      expect(await seriousFindings(page)).toEqual([]);
    });
  }
});

describe.each([true, false])('with JavaScript: %s', (javaScript) => {
  inBrowser('resolves an incident from its page, and takes that back', async () => {
    const other = await start({ 'time-zone': 'UTC' }, () => exampleNow);
    const began = (exampleNow - 21 * minuteMs) / 1_000;
    await other.send(
      `${began - 240} deploy_shop;env=prod release 42\n${began} incident_sev2_start;incident=7;env=prod checkout fails\n`,
    );
    const page = await openPage(other, '/spans', { javaScript });
    expect(await page.locator('.open-spans').textContent()).toContain('open for 21 min');
    expect(await page.getByRole('heading', { name: 'Open (1)' }).count()).toBe(1);
    await page.getByRole('link', { name: 'checkout fails', exact: true }).click();
    await page.getByRole('button', { name: 'Mark detected' }).click();
    expect(await page.getByRole('status').textContent()).toBe('Detection recorded.');
    await page.getByLabel('Note').fill('rolled back');
    await page.locator('input[name="time"]').fill('nonsense');
    await page.getByRole('button', { name: 'Resolve' }).click();
    expect(await page.getByRole('alert').count()).toBe(1);
    expect(await page.getByLabel('Note').inputValue()).toBe('rolled back');
    await page.locator('input[name="time"]').fill('');
    await page.getByRole('button', { name: 'Resolve' }).click();
    expect(await page.getByRole('status').textContent()).toBe('End recorded.');
    expect(await page.locator('.marks').textContent()).toContain('rolled back');
    expect(await page.locator('.suspects').textContent()).toContain('release 42');
    expect(await page.getByRole('button', { name: 'Resolve' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await page.getByRole('status').textContent()).toBe('Undone.');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.goto(`${other.url}/spans`);
    expect(await page.locator('.open-spans').count()).toBe(0);
    await other.stop();
  });
});
