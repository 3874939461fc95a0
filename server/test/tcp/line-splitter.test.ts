import fc from 'fast-check';
import { LineSplitter } from '../../src/doors/tcp/line-splitter';

/** Pushes the bytes in pieces and returns the lines, over-long ones marked. */
function split(bytes: Buffer, cuts: readonly number[], maxBytes: number): string[] {
  const found: string[] = [];
  const splitter = new LineSplitter(maxBytes, {
    lines: (block) => found.push(...block.toString('latin1').split('\n')),
    tooLong: (beginning) => found.push(`too long: ${beginning.toString('latin1')}`),
  });
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (const [i, start] of edges.entries()) {
    const end = edges[i + 1];
    // A socket's buffer is reused, so the pushed bytes are wiped after the call.
    if (end !== undefined && end > start) {
      const chunk = Buffer.from(bytes.subarray(start, end));
      splitter.push(chunk);
      chunk.fill(0x58);
    }
  }
  splitter.end();
  return found;
}

/** The same with plain strings. */
function oracle(bytes: Buffer, maxBytes: number): string[] {
  const lines = bytes.toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.length > maxBytes ? `too long: ${line.slice(0, maxBytes)}` : line));
}

const noise = fc
  .array(
    fc.oneof(
      fc.constant('\n'),
      fc.string({ maxLength: 12 }).map((s) => s.replaceAll('\n', ' ')),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

test('gives the same lines, over-long ones included, for any split of the bytes', () => {
  fc.assert(
    fc.property(noise, fc.array(fc.nat(300)), fc.integer({ min: 1, max: 20 }), (bytes, cuts, maxBytes) => {
      const edges = cuts.map((cut) => Math.min(cut, bytes.length));
      expect(split(bytes, edges, maxBytes)).toEqual(oracle(bytes, maxBytes));
    }),
    { numRuns: 5_000 },
  );
});

test('gives the same lines byte by byte', () => {
  fc.assert(
    fc.property(noise, (bytes) => {
      expect(split(bytes, [...bytes.keys()], 8)).toEqual(oracle(bytes, 8));
    }),
  );
});

test('accepts a line of exactly the limit and refuses one byte more', () => {
  const bytes = Buffer.from(`${'a'.repeat(16)}\n${'b'.repeat(17)}\nc\n`);
  expect(split(bytes, [], 16)).toEqual(['a'.repeat(16), `too long: ${'b'.repeat(16)}`, 'c']);
});

test('holds no more memory than the limit for a line that never ends', () => {
  const splitter = new LineSplitter(1_024, { lines: () => {}, tooLong: () => {} });
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 1_000; i++) splitter.push(Buffer.alloc(65_536, 0x61));
  expect(splitter.hasPartial).toBe(true);
  expect(splitter.abandon()).toHaveLength(1_024);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(70_000_000);
});

test('does not continue a discarded line with the next', () => {
  const found: string[] = [];
  const splitter = new LineSplitter(64, {
    lines: (block) => found.push(block.toString()),
    tooLong: () => {},
  });
  splitter.push(Buffer.from('half a li'));
  expect(splitter.abandon()?.toString()).toBe('half a li');
  expect(splitter.abandon()).toBeNull();
  splitter.push(Buffer.from('whole\n'));
  expect(found).toEqual(['whole']);
});
