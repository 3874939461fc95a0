// Compares the width of a page with its window.

import type { Page } from 'playwright-core';

/** The number of pixels by which a page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Sets the maximum letter spacing of readers (WCAG 1.4.12). Done by the browser, because the page's own policy allows no style. */
export function spaceLetters(page: Page): Promise<void> {
  return page.evaluate(() => {
    const style = new CSSStyleSheet();
    style.replaceSync('* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  });
}
