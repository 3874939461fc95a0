// The report on paper, and the labels of its time axes: nothing overlaps, whatever the width and the range are.

import type { Page } from 'playwright-core';
import { exampleLines, exampleNow, exampleTargets } from '../report/example';
import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';

const quarter = '/report?from=2026-01-01&until=2026-04-01';
/** The width of A4 without margins, in CSS pixels. */
const paperWidth = 703;

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'time-zone': 'UTC', 'uptime-target': exampleTargets.join(',') }, () => exampleNow);
  await server.send(`${exampleLines.join('\n')}\n`);
});

const isShown = (page: Page, selector: string): Promise<boolean> =>
  page.locator(selector).first().isVisible();

inBrowser(
  'prints in light colours, with the range and the date, without forms and folded parts',
  async () => {
    const page = await openPage(server, quarter, { scheme: 'dark', width: paperWidth });
    expect(await isShown(page, '.print-only')).toBe(false);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const [selector, shown] of [
      ['.print-only', true],
      ['.covered', true],
      ['.headlines', true],
      ['.report form.filter', false],
      ['.report nav.ranges', false],
      ['.definitions', false],
      ['.chart .numbers', false],
      ['.exports', false],
      ['header.site', false],
    ] as const) {
      expect([selector, await isShown(page, selector)]).toEqual([selector, shown]);
    }
    expect(await page.locator('.print-only').textContent()).toContain('2026-04-15 00:00');
    expect(await page.title()).toBe('Report, 2026-01-01 to 2026-03-31 - Anthracite');
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('h1') as Element).color)).toBe(
      'rgb(0, 0, 0)',
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  },
);

inBrowser('prints charts below each other, and as a PDF of a few pages', async () => {
  const page = await openPage(server, quarter, { width: paperWidth });
  await page.emulateMedia({ media: 'print' });
  const boxes = await page.locator('.chart').evaluateAll((charts) =>
    charts.map((chart) => {
      const { top, bottom } = chart.getBoundingClientRect();
      return { top, bottom };
    }),
  );
  expect(boxes).toHaveLength(5);
  for (const [i, { top }] of boxes.slice(1).entries()) {
    expect(top).toBeGreaterThanOrEqual(boxes[i]?.bottom ?? 0);
  }
  const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
  const pages = Number(/\/Type\s*\/Pages[^>]*\/Count (\d+)/.exec(pdf)?.[1]);
  expect(pages).toBeGreaterThan(1);
  expect(pages).toBeLessThan(8);
});

const ranges = [
  ['a quarter', quarter],
  ['a year', '/report?from=2025-06-01&until=2026-06-01'],
  ['a month', '/report?from=2026-03-01&until=2026-04-01'],
  ['a week', '/report?from=2026-01-08&until=2026-01-15'],
  ['a day', '/report?from=2026-01-10&until=2026-01-11'],
] as const;

for (const width of [390, paperWidth, 1_400]) {
  inBrowser.each(ranges)(`labels the ticks of %s without overlap, ${width} pixels wide`, async (_, path) => {
    const page = await openPage(server, path, { width });
    const plots = await page.locator('.plot').evaluateAll((all) =>
      all.map((plot) => {
        const lines = [...plot.querySelectorAll<SVGLineElement>('.field > line.grid')]
          .filter((line) => line.getAttribute('x1') === line.getAttribute('x2'))
          .map((line) => line.getBoundingClientRect().left);
        const labels = [...plot.querySelectorAll<SVGTextElement>('.days text')]
          .map((text) => {
            const { left, right, width: size } = text.getBoundingClientRect();
            return { left, right, size, isCentred: text.getAttribute('text-anchor') === 'middle' };
          })
          .filter(({ size }) => size > 0);
        return { lines, labels, right: plot.getBoundingClientRect().right };
      }),
    );
    expect(plots.length).toBeGreaterThan(1);
    for (const { lines, labels, right } of plots) {
      expect(labels.length).toBeGreaterThan(1);
      for (const [i, label] of labels.slice(1).entries()) {
        expect(label.left).toBeGreaterThan((labels[i]?.right ?? 0) + 2);
      }
      expect(labels.at(-1)?.right).toBeLessThan(right + 13);
      for (const { left, right: end, isCentred } of labels) {
        if (!isCentred) continue;
        const nearest = Math.min(...lines.map((x) => Math.abs(x - (left + end) / 2)));
        expect(nearest).toBeLessThan(1.5);
      }
    }
  });
}
