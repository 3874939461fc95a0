// Every page, in light and dark, wide and on a phone, can be read by those who do not see it as most do.

import axe from 'axe-core';
import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';
import { fillQuarter, type ShownPage, shownPages } from './shown-pages';

let server: TestServer;
let closed: TestServer;
let pages: readonly ShownPage[];
beforeAll(async () => {
  server = await start();
  closed = await start({}, Date.now, { ANTHRACITE_TOKENS: 'ops:admin:the-long-secret-of-ops' });
  await fillQuarter(server, Date.now());
  pages = await shownPages(server);
});

inBrowser.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const)('in %s, %d pixels wide, axe finds nothing serious on any page', async (scheme, width) => {
  const found: unknown[] = [];
  for (const { name, path, isClosed, settle } of pages) {
    const page = await openPage(isClosed ? closed : server, path, { scheme, width });
    await settle?.(page);
    await page.evaluate(axe.source);
    const violations = (await page.evaluate(
      'axe.run().then(({ violations }) => violations)',
    )) as axe.Result[];
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push([name, id, nodes.slice(0, 3).map(({ html, failureSummary }) => [html, failureSummary])]);
    }
    // Nothing is wider than the window: nobody scrolls to the side to read.
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 0) found.push([name, `is ${overflow} pixels too wide`]);
    await page.context().close();
  }
  expect(found).toEqual([]);
});
