// The page of events in a real browser: brush, facets, live banner and counts, folding live, density.

import { until } from '@anthracite/testing';
import type { Page } from 'playwright-core';
import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';

const seconds = (): number => Math.floor(Date.now() / 1_000);
const isLive = (page: Page): Promise<void> => page.getByText('Live', { exact: true }).waitFor();
const ids = (page: Page): Promise<string[]> =>
  page.locator('tr.event').evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['id'] ?? ''));

let server: TestServer;
beforeEach(async () => {
  server = await start({ 'time-zone': 'UTC' });
});

inBrowser('sets the range by dragging over the histogram, and by keys', async () => {
  const day = Date.parse('2026-03-10T00:00:00Z') / 1_000;
  await server.send(
    Array.from({ length: 24 }, (_, i) => `${day + i * 3_600 + 60} deploy;n=${i} x${i}\n`).join(''),
  );
  const page = await openPage(server, '/events/?from=2026-03-10&until=2026-03-10+23:59:59&type=deploy');
  const ground = page.locator('#histogram .histogram-ground');
  await page.locator('#histogram.scripted').waitFor();
  const box = (await ground.boundingBox()) as { x: number; y: number; width: number; height: number };
  const at = (hour: number): number => box.x + (box.width * hour) / 24;
  await page.mouse.move(at(6.5), box.y + 20);
  await page.mouse.down();
  await page.mouse.move(at(8.5), box.y + 20, { steps: 4 });
  await page.getByText('2026-03-10 06:00:00 to 2026-03-10 09:00:00: 3 events').waitFor();
  await page.mouse.up();
  await page.waitForURL((url) => url.searchParams.get('from') === '2026-03-10T06:00:00Z');
  expect(new URL(page.url()).searchParams.get('until')).toBe('2026-03-10T08:59:59.999Z');
  expect(new URL(page.url()).searchParams.get('type')).toBe('deploy');
  expect(await ids(page)).toEqual(['9', '8', '7']);
  await page.locator('#histogram.scripted .histogram-ground').focus();
  // The first key shows where the selection is.
  await page.keyboard.press('Home');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('until') !== '2026-03-10T08:59:59.999Z');
  expect(await ids(page)).toEqual(['7']);
});

inBrowser('leads from a bar to its interval with JavaScript off', async () => {
  await server.send(`${seconds() - 7_200} deploy old\n${seconds() - 10} deploy new\n`);
  const page = await openPage(server, '/events/', { javaScript: false });
  await page.locator('#histogram a').first().click();
  await page.waitForURL((url) => url.searchParams.has('from'));
  expect(await ids(page)).toEqual(['1']);
});

inBrowser('names the open incident, and who deployed its likely cause, in two clicks', async () => {
  await server.send(
    [
      `${seconds() - 900} deploy_shop;version=7fe9836;host=web1;env=production release 7fe9836 of shop, by carmen`,
      `${seconds() - 600} incident_sev2_shop_start;incident=9;env=production checkout fails`,
      '',
    ].join('\n'),
  );
  const page = await openPage(server, '/');
  await page
    .getByRole('region', { name: 'Open incidents' })
    .getByRole('link', { name: 'checkout fails' })
    .click();
  await page.waitForURL('**/spans/2');
  await page.getByText('release 7fe9836 of shop, by carmen').first().waitFor();
});

inBrowser('shows a new incident in the banner, the navigation and the counts without a reload', async () => {
  await server.send(`${seconds() - 60} deploy;host=web1 x\n`);
  const page = await openPage(server, '/events/');
  await isLive(page);
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  await server.send(`${seconds()} incident_sev1_start;incident=1 card payments declined\n`);
  const banner = page.getByRole('region', { name: 'Open incidents' });
  await banner.getByText('card payments declined').waitFor();
  await page.getByRole('link', { name: 'Incidents 1 open' }).waitFor();
  await page.locator('.facets').getByText('incident_sev1_start').first().waitFor();
  await server.send(`${seconds()} incident_sev1_resolved;incident=1 paid again\n`);
  await banner.waitFor({ state: 'detached' });
  expect(await page.evaluate(() => (window as unknown as { isSamePage?: boolean }).isSamePage)).toBe(true);
});

inBrowser('folds new events into the row of their version, and adds all others as rows', async () => {
  await server.send(`${seconds() - 60} deploy_shop;version=a1;host=web1 release a1\n`);
  const page = await openPage(server, '/events/');
  await isLive(page);
  await server.send(
    `${seconds() - 5} deploy_shop;version=a1;host=web2 release a1\n${seconds() - 4} puppet;host=db1 y\n`,
  );
  await page.getByText('2 events on web1, web2').waitFor();
  await until(async () => (await ids(page)).join() === '3,2', 'one row for the release');
});

inBrowser('keeps the place that one reads while many events arrive', async () => {
  const old = Array.from(
    { length: 80 },
    (_, i) => `${seconds() - 9_000 + 60 * i} deploy;n=${i} number ${i}\n`,
  );
  await server.send(old.join(''));
  const page = await openPage(server, '/events/');
  await isLive(page);
  await page.getByText('number 20', { exact: true }).scrollIntoViewIfNeeded();
  await page.waitForFunction(() => scrollY > 500);
  const place = () =>
    page
      .getByText('number 20', { exact: true })
      .evaluate((title) => Math.round(title.getBoundingClientRect().top));
  const before = await place();
  for (let burst = 0; burst < 10; burst++) {
    const lines = Array.from({ length: 30 }, (_, i) => `${seconds()} chef;host=h${i} run ${burst} of ${i}\n`);
    await server.send(lines.join(''));
  }
  await page.getByRole('button', { name: '300 new events' }).waitFor();
  expect(Math.abs((await place()) - before)).toBeLessThan(3);
  await page.getByRole('button', { name: '300 new events' }).click();
  await page.getByText('run 9 of 29', { exact: true }).waitFor();
});

inBrowser('shows each event in one line, or in as many as it needs, and remembers which', async () => {
  const long = 'a long title '.repeat(30);
  await server.send(`${seconds() - 60} deploy;env=prod;host=web1 ${long}\n${seconds() - 50} deploy short\n`);
  const page = await openPage(server, '/events/');
  const heights = () =>
    page
      .locator('tr.event')
      .evaluateAll((all) => all.map((row) => Math.round(row.getBoundingClientRect().height)));
  const [short = 0, compact = 0] = await heights();
  expect(compact).toBe(short);
  await page.getByText('host=web1').first().waitFor();
  await page.getByRole('button', { name: 'Whole lines' }).click();
  const [, whole = 0] = await heights();
  expect(whole).toBeGreaterThan(compact * 1.8);
  await page.reload();
  await page.getByRole('button', { name: 'One line each' }).waitFor();
  expect((await heights())[1]).toBe(whole);
});

inBrowser('marks the hits of a search in events that arrive later', async () => {
  await server.send(`${seconds() - 60} deploy first needle\n`);
  const page = await openPage(server, '/events/?q=needle');
  await isLive(page);
  await server.send(`${seconds()} deploy "second\\nwith a Needle in the body"\n`);
  await page.locator('mark', { hasText: /^Needle$/ }).waitFor();
  expect(await page.locator('mark').allTextContents()).toEqual(['Needle', 'needle']);
});

inBrowser('shows facets below the list on a phone, one jump away', async () => {
  await server.send(`${seconds() - 60} deploy;env=prod;host=web1 x\n`);
  const page = await openPage(server, '/events/', { width: 390, height: 844 });
  await page.getByRole('link', { name: 'Facets' }).click();
  await page.locator('.facets').getByRole('link', { name: 'prod 1' }).click();
  await page.waitForURL('**/events/?all=env%3Dprod');
});
