// Every page is accessible, in light and dark mode, on a wide screen and on a phone.

import axe from 'axe-core';
import { startWithHooks } from '../hooks/hook-server';
import { start, type TestServer } from '../start';
import { inBrowser, openPage } from './browser';
import { overflowOf, spaceLetters } from './page-width';
import { fillQuarter, type ShownPage, shownPages } from './shown-pages';

let server: TestServer;
let closed: TestServer;
let hooked: TestServer;
let pages: readonly (ShownPage & { readonly of: TestServer })[];
beforeAll(async () => {
  server = await start();
  closed = await start({}, Date.now, { ANTHRACITE_TOKENS: 'ops:admin:the-long-secret-of-ops' });
  await fillQuarter(server, Date.now());
  ({ server: hooked } = await startWithHooks(undefined, { settings: { 'read-access': 'open' } }));
  for (const hook of ['github', 'my-ci', 'cloudevents'])
    await hooked.fetch(`/hooks/${hook}`, { method: 'POST', body: '{"a":"<b>"}' });
  pages = [
    ...(await shownPages(server)).map((page) => ({ ...page, of: page.isClosed ? closed : server })),
    { name: 'hooks with deliveries', path: '/hooks', of: hooked },
  ];
});

inBrowser.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const)('shows in %s, %d pixels wide, no serious fault to axe on any page', async (scheme, width) => {
  const found: unknown[] = [];
  for (const { name, path, of, settle } of pages) {
    const page = await openPage(of, path, { scheme, width });
    await settle?.(page);
    await page.evaluate(axe.source);
    const violations = (await page.evaluate(
      'axe.run().then(({ violations }) => violations)',
    )) as axe.Result[];
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      found.push([name, id, nodes.slice(0, 3).map(({ html, failureSummary }) => [html, failureSummary])]);
    }
    // Nothing is wider than the window, so that no page needs horizontal scrolling.
    const overflow = await overflowOf(page);
    if (overflow > 0) found.push([name, `is ${overflow} pixels too wide`]);
    // Also with the maximum letter spacing of readers (WCAG 1.4.12); fonts of machines differ by less.
    await spaceLetters(page);
    const spaced = await overflowOf(page);
    if (spaced > 0) found.push([name, `is ${spaced} pixels too wide with letters apart`]);
    await page.context().close();
  }
  expect(found).toEqual([]);
});
