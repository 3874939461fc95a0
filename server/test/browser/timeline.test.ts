// The timeline in a real browser: lanes, ranges, details, live events, and what is left without scripts.

import { until } from '@anthracite/testing';
import type { Page } from 'playwright-core';
import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';

const hour = 3_600_000;
const now = Date.now();
const at = (hoursAgo: number): string => ((now - hoursAgo * hour) / 1_000).toFixed(3);

// All within one interval of the histogram, whenever the test runs.
const together = Math.floor((now - 8 * hour) / 900_000) * 900 + 60;

let server: TestServer;
beforeAll(async () => {
  server = await start();
  const lines = [
    `${at(5)} deploy_website;env=prod;host=web1 release 41`,
    `${at(3)} deploy_website;env=prod;host=web2 release 42, by Nicolas`,
    `${at(2)} incident_sev2_start;incident=7 the site is down`,
    `${at(1.9)} incident_sev2_detected;incident=7 somebody noticed`,
    `${at(20)} gain_sev1_start the video`,
    `${at(18)} gain_sev1_end the video is old`,
    ...Array.from({ length: 40 }, (_, i) => `${together + i} puppet;host=web${i} changed something`),
  ];
  await server.send(`${lines.join('\n')}\n`);
});

const lanes = (page: Page): Promise<string[]> => page.locator('.vis-labelset .lane-name').allInnerTexts();
const told = (page: Page, kind: string): Promise<(string | null)[]> =>
  page.locator(`.lanes .lane-${kind}`).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
const query = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

inBrowser(
  'marks, clusters and bars stand in their lanes; marks of spans have none of their own',
  async () => {
    const page = await openPage(server, '/timeline');
    await page.locator('.lanes .lane-bar').first().waitFor();
    expect(await lanes(page)).toEqual(['Incidents', 'Gains', 'deploy_website', 'puppet']);
    expect(await told(page, 'mark')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/deploy_website: release 41$/),
        expect.stringMatching(/deploy_website: release 42, by Nicolas$/),
        expect.stringMatching(/ 40 events$/),
      ]),
    );
    expect(await told(page, 'bar')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^▼ sev2 open the site is down, incident_sev2, .* still open$/),
        expect.stringMatching(/^▲ gain1 the video, gain_sev1, .* to /),
      ]),
    );
    // The grade is said in words, not by colour alone.
    expect(await page.locator('.lane-bar', { hasText: 'the site is down' }).textContent()).toContain(
      'sev2 open',
    );
  },
);

inBrowser('lanes by a tag, under a filter, stand in the address and come back with it', async () => {
  const page = await openPage(server, '/timeline');
  await page.fill('input[name=lanes]', 'host');
  await page.fill('input[name=q]', 'release');
  await page.keyboard.press('Enter');
  await page.locator('.lanes .lane-mark').first().waitFor();
  expect(await lanes(page)).toEqual(['web1', 'web2']);
  expect(Object.fromEntries(query(page))).toMatchObject({ lanes: 'host', q: 'release' });
  await page.reload();
  await page.locator('.lanes .lane-mark').first().waitFor();
  expect(await lanes(page)).toEqual(['web1', 'web2']);
  // A lane's name leads to what is in it alone.
  await page.click('.lane-name >> text=web2');
  await page.waitForURL(/all=host%3Dweb2/);
  await page.locator('.lanes .lane-mark').first().waitFor();
  expect(await lanes(page)).toEqual(['web2']);
});

inBrowser('a click on a mark tells of its event, which is a link away', async () => {
  const page = await openPage(server, '/timeline');
  await page.locator('.lane-mark', { hasText: 'release 42' }).click();
  const card = page.locator('.timeline-details');
  expect(await card.textContent()).toMatch(/release 42, by Nicolas[\s\S]*deploy_website[\s\S]*env=prod/);
  await card.locator('a', { hasText: 'release 42' }).click();
  await page.waitForURL(/\/events\/\d+$/);
  expect(await page.locator('body').textContent()).toContain('release 42, by Nicolas');
});

inBrowser('a cluster lists its events, and its range is a click away', async () => {
  const page = await openPage(server, '/timeline');
  await page.locator('.lane-mark.many').click();
  const card = page.locator('.timeline-details');
  expect(await card.locator('li').count()).toBe(31);
  expect(await card.textContent()).toContain('and 10 more');
  await card.getByRole('button', { name: 'Zoom in' }).click();
  await until(
    () =>
      page
        .locator('.lanes .lane-mark')
        .count()
        .then((count) => count > 10),
    'the cluster falls apart',
  );
  const asked = query(page);
  expect(Date.parse(asked.get('until') ?? '') - Date.parse(asked.get('from') ?? '')).toBeLessThan(hour);
});

inBrowser('dragging over the bars, and arrow keys in them, choose a range', async () => {
  const page = await openPage(server, '/timeline');
  await page.locator('.lanes .lane-mark').first().waitFor();
  const box = (await page.locator('.histogram-ground').boundingBox()) as {
    x: number;
    y: number;
    width: number;
  };
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 20, { steps: 5 });
  expect(await page.locator('.brush-told').textContent()).toMatch(/ to .*: \d+ events$/);
  await page.mouse.up();
  const length = (): number =>
    Date.parse(query(page).get('until') ?? '') - Date.parse(query(page).get('from') ?? '');
  await until(() => length() > 5 * hour && length() < 8 * hour, 'the address has a quarter of a day');
  // Until it is drawn anew, what was drawn before is stretched.
  await page.waitForFunction(
    () => document.querySelector<HTMLElement>('.brush-bars')?.style.transform === '',
  );
  await page.locator('.histogram-ground').focus();
  for (const key of ['End', 'ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft'])
    await page.keyboard.press(key);
  expect(await page.locator('.brush-told').textContent()).toMatch(/ to /);
  await page.keyboard.press('Enter');
  await until(() => length() < hour, 'the address has three intervals');
});

inBrowser('keys and buttons pan and zoom; "Now" follows the clock again', async () => {
  const page = await openPage(server, '/timeline?from=-1d');
  await page.locator('.lanes .lane-mark').first().waitFor();
  await page.locator('.lanes .lane-mark').first().focus();
  await page.keyboard.press('+');
  await page.waitForURL(/until=/);
  const from = Date.parse(query(page).get('from') ?? '');
  await page.keyboard.press('ArrowLeft');
  await until(() => Date.parse(query(page).get('from') ?? '') < from - hour, 'it has moved');
  await page.getByRole('link', { name: 'Farther' }).click();
  await page.getByRole('link', { name: 'Now' }).click();
  await until(
    () => query(page).get('until') === null && query(page).get('from') === '-1d',
    'it follows again',
  );
  await page.getByRole('link', { name: '3 months' }).click();
  await until(() => query(page).get('from') === '-3mon', 'three months');
  expect(await page.getByRole('link', { name: '3 months' }).getAttribute('aria-current')).toBe('true');
});

inBrowser('new events appear by themselves', async () => {
  const page = await openPage(server, '/timeline?from=-1h');
  await page.locator('.lanes .lane-bar').first().waitFor();
  await server.send(`${Date.now() / 1_000} brand_new;env=prod just in\n`);
  await page.locator('.lane-mark', { hasText: 'just in' }).waitFor();
  expect(await lanes(page)).toContain('brand_new');
});

inBrowser('too many events are counted by the server, not drawn one by one', async () => {
  const busy = await start();
  const lines = Array.from(
    { length: 3_000 },
    (_, i) => `${at((i % 600) / 30)} type${i % 20};host=h${i} event ${i}\n`,
  );
  await busy.send(lines.join(''));
  const page = await openPage(busy, '/timeline');
  await page.locator('.lanes .lane-bin').first().waitFor();
  const names = await lanes(page);
  expect(names).toHaveLength(16);
  expect(names.at(-1)).toBe('5 more');
  expect(await page.locator('.lanes .lane-mark').count()).toBe(0);
  expect(await page.locator('[data-part=summary]').textContent()).toContain(
    '3 000 events'.replace(' ', '\u202f'),
  );
  await page.locator('.lanes .lane-bin').nth(3).click();
  await page.locator('.lanes .lane-mark').first().waitFor();
});

inBrowser(
  'the page asks for what the lanes are drawn of before its script runs, and nobody asks again',
  async () => {
    const page = await openPage(server, '/timeline');
    await page.locator('.lanes .lane-mark').first().waitFor();
    const asked = await page.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => {
        const { name, initiatorType } = entry as PerformanceResourceTiming;
        return [new URL(name).pathname, initiatorType] as const;
      }),
    );
    expect(asked.filter(([path]) => path === '/events/counts')).toEqual([['/events/counts', 'link']]);
  },
);

inBrowser('times are those of the viewer, on the axis too', async () => {
  const page = await openPage(server, '/timeline?from=2026-06-01T00:00Z&until=2026-06-01T06:00Z', {
    zone: 'Asia/Tokyo',
  });
  await until(
    async () => (await page.locator('[data-part=range]').textContent())?.includes('Asia/Tokyo') ?? false,
    'the zone is known',
  );
  expect(await page.locator('[data-part=range]').textContent()).toContain(
    '2026-06-01 09:00:00 to 2026-06-01 15:00:00',
  );
  await page.locator('.vis-time-axis .vis-text', { hasText: '12:00' }).waitFor();
});

inBrowser('without scripts bars lead into their interval, and buttons to other ranges', async () => {
  const page = await openPage(server, '/timeline', { javaScript: false });
  expect(await page.locator('.bars a').count()).toBeGreaterThan(3);
  const bar = page.locator('.bars a[aria-label$=" 40 events"]');
  await bar.click({ force: true });
  expect(await page.locator('figcaption').textContent()).toContain('40 events');
  await page.click('text=As a table');
  expect(await page.locator('body').textContent()).toContain('changed something');
  await page.goBack();
  await page.click('text=3 months');
  expect(query(page).get('from')).toBe('-3mon');
  expect(await page.locator('figcaption').textContent()).toMatch(/^4[67] events/);
});

inBrowser('what cannot be read is told beside its field', async () => {
  const page = await openPage(server, '/timeline?from=whenever&lanes=a+b');
  expect(await page.locator('.field.from .problem').textContent()).toContain('whenever');
  expect(await page.inputValue('input[name=from]')).toBe('whenever');
});
