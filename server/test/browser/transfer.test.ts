// The first load of a page is small, and loads everything once.

import type { Page } from 'playwright-core';
import { start, type TestServer } from '../start';
import { inBrowser, openTab, openWindow } from './browser';
import { fillQuarter, type ShownPage, shownPages } from './shown-pages';

const maxBytes = 300_000;

let server: TestServer;
let pages: readonly ShownPage[];
beforeAll(async () => {
  server = await start();
  await fillQuarter(server, Date.now());
  pages = (await shownPages(server)).filter(({ isClosed }) => !isClosed);
});

interface Loaded {
  readonly name: string;
  readonly bytes: number;
}

/** The files of a page in bytes on the network: compressed, and zero from the cache. */
function loaded(page: Page): Promise<readonly Loaded[]> {
  return page.evaluate(() =>
    ['navigation', 'resource'].flatMap((kind) =>
      (performance.getEntriesByType(kind) as PerformanceResourceTiming[]).map(({ name, transferSize }) => ({
        name: new URL(name).pathname,
        bytes: transferSize,
      })),
    ),
  );
}

inBrowser('loads less than 300 kB for every page, and no script or style twice', async () => {
  for (const { name, path, settle } of pages) {
    const context = await openWindow(server.url);
    const page = await openTab(context, server.url + path);
    await settle?.(page);
    const first = await loaded(page);
    const total = first.reduce((sum, { bytes }) => sum + bytes, 0);
    expect([name, total > 1_000 && total < maxBytes]).toEqual([name, true]);
    const again = await openTab(context, server.url + path);
    await settle?.(again);
    const assets = (await loaded(again)).filter((one) => one.name.startsWith('/assets/'));
    expect([name, assets.reduce((sum, { bytes }) => sum + bytes, 0)]).toEqual([name, 0]);
    await context.close();
  }
});
