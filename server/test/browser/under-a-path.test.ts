// All pages with a real proxy that serves them under a path, as https://example.com/anthracite/: everything they show, load, request or
// link to is below this path.

import {
  haproxyProgram,
  hasProgram,
  nginxProgram,
  quietPort,
  withHaproxy,
  withNginx,
} from '@anthracite/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { startHttpHaproxy, startNginx } from '../proxies';
import { start, type TestServer } from '../start';
import { inBrowser, openTab, openWindow } from './browser';
import { fillQuarter, shownPages } from './shown-pages';

const inBrowserBehindNginx = hasProgram(nginxProgram, '-v') ? inBrowser : withNginx;
const inBrowserBehindHaproxy = hasProgram(haproxyProgram, '-v') ? inBrowser : withHaproxy;

const path = '/anthracite';
const secret = 'the-long-secret-of-an-admin';

interface Site {
  readonly server: TestServer;
  readonly origin: string;
  /** The public URL of the server. */
  readonly base: string;
}

type Proxy = 'nginx' | 'haproxy';

async function startSite(proxy: Proxy, strips: boolean, tokens = ''): Promise<Site> {
  const port = await quietPort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await start(
    { 'public-url': `${origin}${path}/`, ...(tokens !== '' && { 'embed-origins': origin }) },
    Date.now,
    tokens === '' ? {} : { ANTHRACITE_TOKENS: tokens },
  );
  const options = { port, path, strips };
  if (proxy === 'nginx') await startNginx(server.url, '', options);
  else await startHttpHaproxy(Number(new URL(server.url).port), options);
  return { server, origin, base: origin + path };
}

/** A window that records requests outside of the path. */
async function openWatched(
  { origin, base }: Site,
  strangers: string[],
  view: Parameters<typeof openWindow>[1] = {},
): Promise<BrowserContext> {
  const context = await openWindow(origin, view);
  context.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`)) strangers.push(`${request.method()} ${request.url()}`);
  });
  return context;
}

/** The URLs in a page: of links, forms, buttons, scripts and styles. */
function addressesOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[href], [src], [action], [formaction]')].flatMap((element) =>
      ['href', 'src', 'action', 'formaction'].flatMap((name) => {
        const value = element.getAttribute(name);
        return value === null ? [] : [new URL(value, document.baseURI).href];
      }),
    ),
  );
}

const cases = [
  ['nginx', 'takes the path off', true, inBrowserBehindNginx],
  ['nginx', 'passes the path on', false, inBrowserBehindNginx],
  ['haproxy', 'passes the path on', false, inBrowserBehindHaproxy],
] as const;

for (const [proxy, how, strips, it] of cases) {
  it(`keeps every page below the path with ${proxy}, which ${how}`, async () => {
    const site = await startSite(proxy, strips);
    const closed = await startSite(proxy, strips, `ops:admin:${secret}`);
    await fillQuarter(site.server, Date.now());
    const strangers: string[] = [];
    const [open, shut] = [await openWatched(site, strangers), await openWatched(closed, strangers)];
    const toFollow = new Set<string>();
    for (const { path: own, isClosed, settle } of await shownPages(site.server)) {
      const { base } = isClosed ? closed : site;
      const page = await openTab(isClosed ? shut : open, base + own);
      await settle?.(page);
      const addresses = await addressesOf(page);
      expect(addresses.filter((one) => !one.startsWith(`${base}/`) && one.startsWith(site.origin))).toEqual(
        [],
      );
      for (const one of addresses) if (one.startsWith(`${site.base}/`)) toFollow.add(one);
      await page.close();
    }
    const kinds = new Map([...toFollow].map((one) => [one.replace(/[?#].*/, '').replace(/\d+/g, '0'), one]));
    expect(kinds.size).toBeGreaterThan(20);
    for (const address of kinds.values()) {
      const response = await fetch(address, { headers: { accept: 'text/html' } });
      await response.body?.cancel();
      // Forms are not requested.
      expect([address, [200, 404, 405].includes(response.status)]).toEqual([address, true]);
      if (response.status === 404) expect(address).toMatch(/\/(resubmit|delete|restore|mark)$|nowhere/);
    }
    expect(strangers).toEqual([]);
  });
}

inBrowserBehindNginx(
  'lets a user sign in, add an event, edit it, see it live, and sign out, all below the path',
  async () => {
    const site = await startSite('nginx', true, `ops:admin:${secret}`);
    const strangers: string[] = [];
    const context = await openWatched(site, strangers);
    const page = await openTab(context, `${site.base}/spans?scale=gain`);
    await page.fill('[name=token]', secret);
    await page.click('main form button[type=submit]');
    await page.waitForURL(`${site.base}/spans?scale=gain`);
    const cookies = await context.cookies(`${site.base}/`);
    expect(cookies.map(({ name }) => name).sort()).toEqual([
      'anthracite_signed_in',
      'anthracite_token',
      'anthracite_zone',
    ]);
    expect(new Set(cookies.map((cookie) => cookie.path))).toEqual(new Set([`${path}/`]));

    const table = await openTab(context, `${site.base}/events/`);
    await table.locator('#live', { hasText: 'Live' }).waitFor();
    await page.goto(`${site.base}/add`);
    await page.fill('[name=type]', 'deploy_website');
    await page.fill('[name=description]', 'release 42 href="/events/1"');
    await page.click('main button[type=submit]:not([name=preview])');
    await page.waitForURL(`${site.base}/events/*`);
    expect(await page.textContent('main')).toContain('release 42 href="/events/1"');
    // A tab in the background follows nothing.
    await table.bringToFront();
    await table.locator('tr.event', { hasText: 'release 42' }).waitFor();
    const drawn = await addressesOf(table);
    expect(drawn).toContain(page.url().split('?')[0]);
    expect(drawn.filter((one) => !one.startsWith(`${site.base}/`) || one.includes(path + path))).toEqual([]);

    await page.click('#edit');
    await page.waitForURL('**/edit');
    await page.fill('[name=description]', 'release 43');
    await page.click('button.main');
    await page.waitForURL((url) => !url.pathname.endsWith('/edit'));
    await page.click('.account summary');
    await page.click('text=Sign out');
    await page.waitForURL(`${site.base}/sign-in`);
    expect(await context.cookies(`${site.base}/`)).toMatchObject([{ name: 'anthracite_zone' }]);
    expect(strangers).toEqual([]);
  },
);
