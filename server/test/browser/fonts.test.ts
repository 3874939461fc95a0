// Pages fit a phone with any fonts.

import { hasBrowser, needs } from '@anthracite/testing';
import { start, type TestServer } from '../start';
import { openPage, useFonts } from './browser';
import { fontConfiguration, fontsOf } from './font-sets';
import { overflowOf, spaceLetters } from './page-width';
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

async function tooWide(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const { name, path, isClosed, settle } of pages) {
    const page = await openPage(isClosed ? closed : server, path, { width: 390 });
    await settle?.(page);
    const overflow = await overflowOf(page);
    await spaceLetters(page);
    const spaced = await overflowOf(page);
    if (overflow > 0 || spaced > 0) found.push({ name, overflow, spaced });
    await page.context().close();
  }
  return found;
}

for (const family of ['DejaVu', 'Liberation', 'Noto'] as const) {
  const fonts = fontsOf(family);
  const withFonts = needs(`chromium, and the fonts ${family}`, fonts.length > 0 && hasBrowser());
  withFonts(`fits every page into a phone's window with ${family} alone`, async () => {
    await useFonts(fontConfiguration(fonts));
    expect(await tooWide()).toEqual([]);
  });
}
