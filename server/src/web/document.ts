// Writes a page as HTML. Everything that is put into it is escaped.

import type { JSX } from 'preact';
import { render } from 'preact-render-to-string';

/** The text of a whole page, from its `Layout`. */
export function writeDocument(layout: JSX.Element): string {
  return `<!doctype html>\n${render(layout)}\n`;
}
