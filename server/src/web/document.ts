// Writes a page as HTML. All text is escaped.

import type { JSX } from 'preact';
import { render } from 'preact-render-to-string';

/** The HTML of a page, from its `Layout`. */
export function writeDocument(layout: JSX.Element): string {
  return `<!doctype html>\n${render(layout)}\n`;
}
