// Every page, in light and dark, wide and on a phone, can be read by those who do not see it as most do.

import axe from 'axe-core';
import type { Page } from 'playwright-core';
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
    const overflow = await overflowOf(page);
    if (overflow > 0) found.push([name, `is ${overflow} pixels too wide`]);
    // Nor with letters as far apart as a reader may set them (WCAG 1.4.12); fonts differ by less from machine to machine.
    await spaceLetters(page);
    const spaced = await overflowOf(page);
    if (spaced > 0) found.push([name, `is ${spaced} pixels too wide with letters apart`]);
    await page.context().close();
  }
  expect(found).toEqual([]);
});

/** How many pixels a page is wider than its window. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

// By the browser itself: the page's own policy lets no style in.
function spaceLetters(page: Page): Promise<void> {
  return page.evaluate(() => {
    const style = new CSSStyleSheet();
    style.replaceSync('* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  });
}
