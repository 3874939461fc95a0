// The range picker in a real browser: absolute ranges, recent ranges, and the timeline.

import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';

let server: TestServer;
beforeEach(async () => {
  server = await start({ 'time-zone': 'UTC' });
  await server.send('1467844481 deploy x\n');
});

inBrowser.each([true, false])('sets an absolute range, with JavaScript: %s', async (javaScript) => {
  const page = await openPage(server, '/events/?type=deploy', { javaScript });
  await page.locator('.range-picker summary').click();
  await page.getByLabel('Start').fill('2016-07-06T22:00');
  await page.getByLabel('End').fill('2016-07-07T00:00');
  await page.getByRole('button', { name: 'Set range' }).click();
  await page.getByText('2016-07-06 22:00 to 2016-07-07 00:00').waitFor();
  expect(await page.locator('tr.event').count()).toBe(1);
  expect(new URL(page.url()).searchParams.get('type')).toBe('deploy');
});

inBrowser('shows all digits of the absolute range', async () => {
  for (const width of [390, 1280]) {
    const page = await openPage(server, '/events/?from=2016-07-06+22:00', { width });
    await page.locator('.range-picker summary').click();
    for (const label of ['Start', 'End']) {
      const { width: wide } = (await page.getByLabel(label).boundingBox()) as { width: number };
      expect(wide).toBeGreaterThan(225);
    }
  }
});

inBrowser('offers the ranges that were chosen last, on every page', async () => {
  const page = await openPage(server, '/events/?from=2016-07-06&until=2016-07-08');
  await page.goto(`${server.url}/events/?from=-7d`);
  await page.goto(`${server.url}/events/?from=-17h`);
  await page.goto(`${server.url}/timeline?q=x&from=-5h`);
  await page.locator('.range-picker summary').click();
  const recent = page.getByRole('navigation', { name: 'Recent ranges' });
  expect(await recent.getByRole('link').allTextContents()).toEqual([
    '-17h to now',
    '2016-07-06 to 2016-07-08',
  ]);
  await recent.getByRole('link', { name: '2016-07-06 to 2016-07-08' }).click();
  await page.waitForURL('**/timeline?q=x&from=2016-07-06&until=2016-07-08');
});

inBrowser('ignores recent ranges that another program has written', async () => {
  const page = await openPage(server, '/events/?from=-17h');
  for (const text of ['{', '[1,null,{"from":1}]', '{"from":"-1h"}', 'null']) {
    await page.evaluate((written) => localStorage.setItem('anthracite_ranges', written), text);
    await page.goto(`${server.url}/events/?from=-7d`);
    await page.locator('.range-picker summary').click();
    expect(await page.locator('#recent-ranges a').count()).toBe(0);
  }
});

inBrowser('follows the view of the timeline', async () => {
  const page = await openPage(server, '/timeline?from=2016-07-06&until=2016-07-08');
  await page.locator('.lanes-chart').waitFor();
  expect(await page.locator('[data-part="picked"]').textContent()).toBe(
    '2016-07-06 00:00 to 2016-07-08 00:00',
  );
  await page.getByRole('link', { name: 'Zoom in' }).click();
  await page.getByText('2016-07-06 12:00 to 2016-07-07 12:00').waitFor();
});
