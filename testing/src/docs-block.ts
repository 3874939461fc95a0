// Reads examples from the pages of docs, so that tests run them as written.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(__dirname, '../../../docs');

/** The only code block of a page of `docs/` that contains a text. Throws if there is not exactly one. */
export function docsBlock(page: string, text: string): string {
  const blocks = [...readFileSync(join(docs, page), 'utf8').matchAll(/^```\w*\n(.*?)^```$/gms)].map(
    ([, block = '']) => block,
  );
  const [found, ...others] = blocks.filter((block) => block.includes(text));
  if (found === undefined || others.length > 0)
    throw new Error(`${page} has not exactly one code block with ${text}`);
  return found;
}
