// The timeline in a real browser: lanes, ranges, details, live events, and the page with JavaScript off.

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
  'draws marks, clusters and bars in their lanes, and marks of spans in the lane of the span',
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
    // The severity is written in words, not only shown by colour.
    expect(await page.locator('.lane-bar', { hasText: 'the site is down' }).textContent()).toContain(
      'sev2 open',
    );
  },
);

inBrowser(
  'names a deployment to many hosts, in the colour of its kind, and keeps labels inside the view',
  async () => {
    const busy = await start();
    const lines = [
      ...Array.from({ length: 16 }, (_, i) => `${at(5)} deploy_shop;host=web${i} release 42, by Nicolas`),
      `${at(5)} puppet changed something`,
      `${at(0.2)} incident_sev2_start;incident=7 the site is down`,
    ];
    await busy.send(`${lines.join('\n')}\n`);
    const page = await openPage(busy, '/timeline');
    await page.locator('.lanes .lane-mark').first().waitFor();
    expect(await told(page, 'mark')).toEqual(
      expect.arrayContaining([expect.stringMatching(/ deploy_shop: release 42, by Nicolas, 16 events$/)]),
    );
    expect(await page.locator('.lane-mark.many .lane-label').textContent()).toBe('release 42, by Nicolas');
    const paint = (kind: string): Promise<string> =>
      page
        .locator(`.lane-mark.kind-${kind} .lane-dot`)
        .first()
        .evaluate((one) => getComputedStyle(one).backgroundColor);
    expect(await paint('deployment')).not.toBe(await paint('configuration'));
    const label = await page.locator('.lane-bar .lane-label').boundingBox();
    const ground = await page.locator('.lanes .vis-panel.vis-center').boundingBox();
    if (label === null || ground === null) throw new Error('nothing is drawn');
    expect(label.x).toBeGreaterThan(ground.x);
    expect(label.x + label.width).toBeLessThan(ground.x + ground.width);
  },
);

inBrowser('draws failures in separate lanes, with a sign and a word', async () => {
  const failing = await start();
  const lines = [
    `${at(5)} puppet_failed_start;span=web7;host=web7 web7: 1 failed`,
    `${at(2)} puppet_failed;span=web7;host=web7 web7: 2 failed`,
    `${at(4)} chef_failed_start;span=db1;host=db1 db1: failed`,
    `${at(3)} chef_failed_end;span=db1;host=db1 db1: recovered`,
    `${at(3)} deploy_failed a project of this name`,
    `${at(4)} backup_start nightly`,
    `${at(3)} incident_sev3_start an incident`,
  ];
  await failing.send(`${lines.join('\n')}\n`);
  const page = await openPage(failing, '/timeline');
  await page.locator('.lanes .lane-mark').first().waitFor();
  expect(await lanes(page)).toEqual([
    ...['Incidents', 'Failures', '', 'Other spans'],
    ...['puppet_failed', 'deploy_failed'],
  ]);
  expect(await told(page, 'bar')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^✕ failed open web7: 1 failed, puppet_failed/),
      expect.stringMatching(/^✕ failed db1: failed, chef_failed/),
      expect.stringMatching(/^■ open nightly, backup/),
    ]),
  );
  expect(await page.locator('.lane-mark.failed .lane-dot').allTextContents()).toEqual(['✕']);
  const paint = (selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((one) => getComputedStyle(one).color);
  expect(await paint('.lanes .bar.failed')).not.toBe(await paint('.lanes .bar.sev3'));
  expect(await paint('.lanes .bar.failed')).not.toBe(await paint('.lanes .bar.other'));
});

inBrowser('keeps lanes by a tag and a filter in the URL', async () => {
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
  // The name of a lane links to its events.
  await page.click('.lane-name >> text=web2');
  await page.waitForURL(/all=host%3Dweb2/);
  await page.locator('.lanes .lane-mark').first().waitFor();
  expect(await lanes(page)).toEqual(['web2']);
});

inBrowser('shows the event of a clicked mark, with a link to its page', async () => {
  const page = await openPage(server, '/timeline');
  await page.locator('.lane-mark', { hasText: 'release 42' }).click();
  const card = page.locator('.timeline-details');
  expect(await card.textContent()).toMatch(/release 42, by Nicolas[\s\S]*deploy_website[\s\S]*env=prod/);
  await card.locator('a', { hasText: 'release 42' }).click();
  await page.waitForURL(/\/events\/\d+$/);
  expect(await page.locator('body').textContent()).toContain('release 42, by Nicolas');
});

inBrowser('lists the events of a cluster and zooms to its range with a click', async () => {
  const page = await openPage(server, '/timeline');
  await page.locator('.lane-mark.many').click();
  const card = page.locator('.timeline-details');
  expect(await card.locator('li').count()).toBe(31);
  expect(await card.textContent()).toContain('10 more: zoom in');
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

inBrowser('selects a range by dragging over the bars and with arrow keys', async () => {
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
  expect(await page.locator('.brush-output').textContent()).toMatch(/ to .*: \d+ events$/);
  await page.mouse.up();
  const length = (): number =>
    Date.parse(query(page).get('until') ?? '') - Date.parse(query(page).get('from') ?? '');
  await until(() => length() > 5 * hour && length() < 8 * hour, 'the address has a quarter of a day');
  // Until the new picture is drawn, the previous one is stretched.
  await page.waitForFunction(
    () => document.querySelector<HTMLElement>('.brush-bars')?.style.transform === '',
  );
  await page.locator('.histogram-ground').focus();
  for (const key of ['End', 'ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft'])
    await page.keyboard.press(key);
  expect(await page.locator('.brush-output').textContent()).toMatch(/ to /);
  await page.keyboard.press('Enter');
  await until(() => length() < hour, 'the address has three intervals');
});

inBrowser('pans and zooms with keys and buttons; "Now" follows the clock again', async () => {
  const page = await openPage(server, '/timeline?from=-1d');
  await page.locator('.lanes .lane-mark').first().waitFor();
  await page.locator('.lanes .lane-mark').first().focus();
  await page.keyboard.press('+');
  await page.waitForURL(/until=/);
  const from = Date.parse(query(page).get('from') ?? '');
  await page.keyboard.press('ArrowLeft');
  await until(() => Date.parse(query(page).get('from') ?? '') < from - hour, 'it has moved');
  await page.getByRole('link', { name: 'Zoom out' }).click();
  await page.getByRole('link', { name: 'Now' }).click();
  await until(
    () => query(page).get('until') === null && query(page).get('from') === '-1d',
    'it follows again',
  );
  await page.getByRole('link', { name: '3 months' }).click();
  await until(() => query(page).get('from') === '-3mon', 'three months');
  expect(await page.getByRole('link', { name: '3 months' }).getAttribute('aria-current')).toBe('true');
});

inBrowser('shows new events automatically', async () => {
  const page = await openPage(server, '/timeline?from=-1h');
  await page.locator('.lanes .lane-bar').first().waitFor();
  await server.send(`${Date.now() / 1_000} brand_new;env=prod just in\n`);
  await page.locator('.lane-mark', { hasText: 'just in' }).waitFor();
  expect(await lanes(page)).toContain('brand_new');
});

inBrowser("uses the server's counts instead of single marks for too many events", async () => {
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

inBrowser('draws every event next to many marks of spans, also one whose type ends like a mark', async () => {
  const crowded = await start();
  const marks = Array.from({ length: 1_000 }, (_, i) => [
    `${at(6 + (i % 10) / 10)} backup_start;span=${i} nightly`,
    `${at(5 + (i % 10) / 10)} backup_end;span=${i} nightly`,
  ]).flat();
  const events = [
    `${at(20)} puppet;host=web1 the oldest`,
    `${at(1)} deploy_back_end;env=prod a project of this name`,
    `${at(2)} back_end;deploy as Capistrano says it`,
  ];
  await crowded.send(`${[...marks, ...events].join('\n')}\n`);
  const page = await openPage(crowded, '/timeline');
  await page.locator('.lanes .lane-mark').first().waitFor();
  expect(await lanes(page)).toEqual(expect.arrayContaining(['back_end', 'deploy_back_end', 'puppet']));
  expect(await lanes(page)).not.toContain('backup_end');
  expect(await told(page, 'mark')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/puppet: the oldest$/),
      expect.stringMatching(/deploy_back_end: a project of this name$/),
      expect.stringMatching(/back_end: as Capistrano says it$/),
    ]),
  );
});

inBrowser('requests the data of the lanes before its script runs, and only once', async () => {
  const page = await openPage(server, '/timeline');
  await page.locator('.lanes .lane-mark').first().waitFor();
  const asked = await page.evaluate(() =>
    performance.getEntriesByType('resource').map((entry) => {
      const { name, initiatorType } = entry as PerformanceResourceTiming;
      return [name, initiatorType] as const;
    }),
  );
  const link = await page.locator('link[rel=preload][href*="/events/counts"]').getAttribute('href');
  const counts = asked.filter(([address]) => address.endsWith(link ?? 'no link'));
  expect(counts.map(([, by]) => by)).toEqual(['link']);
});

inBrowser('shows times in the zone of the viewer, on the axis too', async () => {
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

inBrowser('links bars to their interval and buttons to other ranges with JavaScript off', async () => {
  const page = await openPage(server, '/timeline', { javaScript: false });
  expect(await page.locator('.bars a').count()).toBeGreaterThan(3);
  const bar = page.locator('.bars a[aria-label$=" 40 events"]');
  await bar.click({ force: true });
  expect(await page.locator('figcaption').textContent()).toContain('40 events');
  await page.click('text=Show as table');
  expect(await page.locator('body').textContent()).toContain('changed something');
  await page.goBack();
  await page.click('text=3 months');
  expect(query(page).get('from')).toBe('-3mon');
  expect(await page.locator('figcaption').textContent()).toMatch(/^4[67] events/);
});

inBrowser('shows an unreadable value next to its field', async () => {
  const page = await openPage(server, '/timeline?from=whenever&lanes=a+b');
  expect(await page.locator('.field.from .problem').textContent()).toContain('whenever');
  expect(await page.inputValue('input[name=from]')).toBe('whenever');
});
