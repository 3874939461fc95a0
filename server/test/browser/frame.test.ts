// The frame of every page in a real browser: menus, share link, keys.

import { start, type TestServer } from '../start';
import { inBrowser, openPage, openWindow } from './browser';

let server: TestServer;
beforeEach(async () => {
  server = await start({ 'time-zone': 'UTC' });
  await server.send('1467844481 deploy x\n');
});

inBrowser('switches all pages to another time zone, until the next switch', async () => {
  const page = await openPage(server, '/events/1', { zone: 'Europe/Berlin' });
  await page.getByText('2016-07-07 00:34:41').first().waitFor();
  await page.locator('.zone-menu summary').click();
  await page.getByRole('link', { name: 'UTC' }).click();
  await page.getByText('2016-07-06 22:34:41').first().waitFor();
  await page.locator('.zone-menu summary').click();
  await page.getByLabel('Other time zone').fill('asia/tokyo');
  await page.getByRole('button', { name: 'Switch' }).click();
  await page.getByText('2016-07-07 07:34:41').first().waitFor();
  expect(new URL(page.url()).search).toBe('');
  for (const path of ['/report', '/timeline', '/spans', '/events/']) {
    await page.goto(server.url + path);
    expect([path, await page.locator('#zone').textContent()]).toEqual([path, 'Asia/Tokyo']);
  }
  // A zone in the address wins, and the switch removes it.
  await page.goto(`${server.url}/events/1?tz=America/New_York`);
  await page.getByText('2016-07-06 18:34:41').first().waitFor();
  await page.locator('.zone-menu summary').click();
  await page.getByRole('link', { name: 'Europe/Berlin' }).click();
  await page.getByText('2016-07-07 00:34:41').first().waitFor();
  expect(new URL(page.url()).search).toBe('');
});

inBrowser('reports a name that is not a time zone, and switches nothing', async () => {
  const page = await openPage(server, '/events/1');
  await page.locator('.zone-menu summary').click();
  const field = page.getByLabel('Other time zone');
  await field.fill('Nowhere');
  await page.getByRole('button', { name: 'Switch' }).click();
  expect(await field.evaluate((input: HTMLInputElement) => input.validationMessage)).toContain(
    'Not a time zone',
  );
  expect(await page.locator('#zone').textContent()).toBe('UTC');
});

inBrowser('switches the time zone with JavaScript off', async () => {
  const page = await openPage(server, '/events/1?notice=stored', { javaScript: false });
  await page.locator('.zone-menu summary').click();
  await page.getByLabel('Other time zone').fill('Asia/Tokyo');
  await page.getByRole('button', { name: 'Switch' }).click();
  await page.getByText('2016-07-07 07:34:41').first().waitFor();
  expect(new URL(page.url()).search).toBe('?notice=stored&tz=Asia%2FTokyo');
});

inBrowser('copies a link with absolute times, which the timeline keeps up to date', async () => {
  const context = await openWindow(server.url);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(`${server.url}/events/?from=-1h`);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByText('Link copied').waitFor();
  const copied = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied.pathname).toBe('/events/');
  const [from, until] = ['from', 'until'].map((name) => Date.parse(copied.searchParams.get(name) ?? ''));
  expect((until as number) - (from as number)).toBe(3_600_000);
  expect(copied.searchParams.get('tz')).toBe('UTC');

  await page.goto(`${server.url}/timeline?from=2016-07-06&until=2016-07-08`);
  await page.locator('.lanes-chart').waitFor();
  const before = await page.locator('#share').getAttribute('href');
  await page.getByRole('link', { name: 'Zoom in' }).click();
  await page.waitForFunction((old) => document.querySelector('#share')?.getAttribute('href') !== old, before);
  const shared = new URL((await page.locator('#share').getAttribute('href')) ?? '', server.url);
  expect(shared.searchParams.get('from')).toBe('2016-07-06T12:00:00Z');
  expect(shared.searchParams.get('until')).toBe('2016-07-07T12:00:00Z');
});

inBrowser('shows the keys of the page in a dialog, which keeps other keys from acting', async () => {
  for (const [path, meaning] of [
    ['/events/', 'next event'],
    ['/timeline', 'zoom in or out'],
    ['/events/1', 'edit the event'],
    ['/report', 'add an event'],
  ] as const) {
    const page = await openPage(server, path);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText(meaning).waitFor();
    await page.keyboard.press('a');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).pathname).toBe(path);
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.keyboard.press('a');
    await page.waitForURL('**/add');
    await page.context().close();
  }
});

inBrowser('closes a menu with Escape or a click elsewhere', async () => {
  const page = await openPage(server, '/events/1');
  const summary = page.locator('.zone-menu summary');
  const body = page.locator('.zone-menu .menu-body');
  await summary.focus();
  await page.keyboard.press('Enter');
  await body.waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await body.waitFor({ state: 'hidden' });
  expect(await summary.evaluate((one) => one === document.activeElement)).toBe(true);
  await summary.click();
  await body.waitFor();
  await page.locator('h1').click();
  await body.waitFor({ state: 'hidden' });
});
