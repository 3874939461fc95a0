// The span of a name, from a server that answers in pages.

import type { HttpClient, SpanPage } from '@anthracite/protocol';
import { findSpan } from '../src/open-spans';

test('finds a span after pages that ended before they had found one', async () => {
  const asked: (string | undefined)[] = [];
  const pages: Record<string, Pick<SpanPage, 'spans' | 'next'>> = {
    '': { spans: [], next: '5:1' },
    '5:1': { spans: [], next: '3:1' },
    '3:1': { spans: [{ id: 17 }] as never, next: '1:1' },
  };
  const spans = async ({ after }: { after?: string }) => {
    asked.push(after);
    return pages[after ?? ''];
  };
  expect(await findSpan({ spans } as unknown as HttpClient, 'backup')).toBe(17);
  expect(asked).toEqual([undefined, '5:1', '3:1']);
});

test('names the word in the error when no page has a span', async () => {
  const spans = async ({ after }: { after?: string }) =>
    after === undefined ? { spans: [], next: '5:1' } : { spans: [] };
  await expect(findSpan({ spans } as unknown as HttpClient, 'backup')).rejects.toThrow('"backup"');
});
