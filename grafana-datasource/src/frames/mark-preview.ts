// Marks as short plain text, for the table that Grafana shows under the query of an annotation. Pure.

import type { Mark } from './mark';
import { shorten } from './text';

const maxChars = 60;
const characters: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
};

/** A mark whose texts are plain, short and of one line. */
export function previewOf(mark: Mark): Mark {
  return {
    ...mark,
    title: plain(mark.title),
    text: plain(mark.text),
    tags: [shorten(mark.tags.join(', '), maxChars)],
  };
}

// The HTML is our own, so its attributes contain no angle bracket.
function plain(html: string): string {
  const text = html
    .replace(/<br\s*\/>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => characters[entity] ?? entity);
  return shorten(text, maxChars);
}
