// Pages in a frame of another site: only where allowed, and only the pages for frames.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@anthracite/testing';
import type { BrowserContext } from 'playwright-core';
import { start, type TestServer } from '../start';
import { inBrowser, openTab, openWindow, takeFaults, useWholeBrowser } from './browser';

// In the headless shell a click within a frame of another site hits the element below its target.
useWholeBrowser();

let site: Server;
let siteOrigin: string;
let server: TestServer;
let closed: TestServer;
beforeAll(async () => {
  site = createServer((request, response) => {
    const framed = new URL(request.url ?? '', 'http://site').searchParams.get('framed') ?? '';
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><iframe src="${framed}" width="1000" height="600"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  // Another site by its host name: a site does not depend on the port.
  siteOrigin = `http://localhost:${(site.address() as AddressInfo).port}`;
  server = await start({ 'embed-origins': siteOrigin });
  closed = await start();
  for (const one of [server, closed])
    await one.send(`${Date.now() / 1_000} deploy_website;env=prod release 42\n`);
});
afterAll(() => {
  site.closeAllConnections();
  site.close();
});

async function framed(path: string, of = server, expectsRefusals = false) {
  const context = await openWindow(siteOrigin, { alsoCalls: [of.url], expectsRefusals });
  const page = await openTab(context, `${siteOrigin}/?framed=${encodeURIComponent(of.url + path)}`);
  return { context, frame: page.frameLocator('iframe') };
}

async function opened(context: BrowserContext, click: () => Promise<void>): Promise<string> {
  const [page] = await Promise.all([context.waitForEvent('page'), click()]);
  await page.waitForLoadState();
  return page.url();
}

inBrowser(
  'shows the table and the timeline in a frame, without navigation; links open a window',
  async () => {
    const table = await framed('/embed/events?type=deploy_*');
    await table.frame.locator('text=release 42').first().waitFor();
    expect(await table.frame.locator('nav[aria-label=Pages], form').count()).toBe(0);
    const link = table.frame.locator('a.tag', { hasText: 'env=prod' }).first();
    expect(await opened(table.context, () => link.click())).toContain(`${server.url}/events/?`);

    const timeline = await framed('/embed/timeline');
    const mark = timeline.frame.locator('.lane-mark', { hasText: 'release 42' });
    await mark.click();
    const title = timeline.frame.locator('.timeline-details h2 a');
    expect(await opened(timeline.context, () => title.click())).toMatch(/\/events\/1$/);
  },
);

inBrowser('shows new events in a frame, too', async () => {
  const [table, timeline] = [await framed('/embed/events'), await framed('/embed/timeline?from=-1h')];
  await timeline.frame.locator('.lanes-chart .lane-mark').first().waitFor();
  await server.send(`${Date.now() / 1_000} deploy_api release 43\n`);
  await table.frame.locator('text=release 43').first().waitFor();
  await timeline.frame.locator('.lane-mark', { hasText: 'release 43' }).waitFor();
});

inBrowser.each([
  ['/events/', () => server],
  ['/add', () => server],
  ['/timeline', () => server],
  ['/embed/events', () => closed],
  ['/embed/timeline', () => closed],
] as const)('refuses to show %s in a frame that is not allowed', async (path, of) => {
  const { frame } = await framed(path, of(), true);
  // The browser shows an error page instead.
  await until(async () => (await frame.locator('html').count()) > 0, 'something is shown');
  expect(await frame.locator('main').count()).toBe(0);
  takeFaults();
});
