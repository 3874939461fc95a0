// An export can be imported and gives the same events: for every lossless format and any events.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { checkEvent, type Event, eventLimits, formatLine } from '@anthracite/protocol';
import { listFormatNames, listFormats } from '@anthracite/server';
import { temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import { command, startServer } from '../in-process';

const lossless = listFormatNames.filter((name) => listFormats[name].isLossless);
const ways = [
  ...lossless.map((format): [string, string[]] => [format, ['--format', format]]),
  ['csv with --raw-cells', ['--format', 'csv', '--raw-cells']] as [string, string[]],
];

const odd = [
  ...['\0', '\u0001', '\u001b', '\u007f', '\u0085', '\u2028', '\ufffe', '\uffff', '\ufeff', '😀', '\\u0001'],
  ...['"', "'", '\\', ';', ',', '#', '=', '<', '>', '&', '&#13;', ']]>', '{', '}', '[', ']', '","', 'a', 'é'],
];
const white = ['\n', '\r', '\r\n', '\t', ' ', '\n\n'];
const word = fc.oneof(
  fc.array(fc.constantFrom(...odd), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')),
  fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
);
const event: fc.Arbitrary<Event> = fc
  .record({
    time: fc.oneof(
      fc.integer({ min: eventLimits.minTimeMs, max: eventLimits.maxTimeMs }),
      fc.integer({ min: -5_000, max: 5_000 }),
      fc.integer({ min: 1_400_000_000, max: 1_500_000_000 }).map((seconds) => seconds * 1000),
    ),
    type: word,
    tags: fc.array(word, { maxLength: 4 }),
    description: fc.oneof(
      fc
        .array(fc.constantFrom(...odd, ...white), { minLength: 1, maxLength: 10 })
        .map((pieces) => pieces.join('')),
      fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }),
    ),
  })
  .filter((one) => checkEvent(one).ok);

async function linesOf(url: string): Promise<string[]> {
  const { stdout } = await command(url, ['export']);
  return stdout.toString('utf8').split('\n').slice(0, -1).sort();
}

/** Splits bytes at odd places, as a network would. */
function pieces(bytes: Buffer, size: number): Readable {
  const cut: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) cut.push(bytes.subarray(at, at + size));
  return Readable.from(cut);
}

const folder = temporaryFolder();

test.each(ways)(
  'import(export(x)) is x: %s',
  async (_name, args) => {
    const [source, target] = [await startServer(), await startServer()];
    let stored: string[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (events, size, isPacked) => {
          const lines = events.map((one) => `${formatLine(one)}\n`);
          expect((await command(source, ['import', '-', '--format', 'raw'], lines.join(''))).exitCode).toBe(
            0,
          );
          stored = await linesOf(source);
          const { stdout: bytes } = await command(source, ['export', ...args]);
          const isSqlite = args.includes('sqlite');
          const file = join(folder, 'events.db');
          if (isSqlite) writeFileSync(file, bytes);
          const input = isPacked ? gzipSync(bytes) : bytes;
          const imported = isSqlite
            ? await command(target, ['import', file])
            : await command(target, ['import', '-'], pieces(input, size));
          expect(imported).toMatchObject({ exitCode: 0, stderr: '' });
          expect(await linesOf(target)).toEqual(stored);
        },
      ),
      { numRuns: 25 },
    );
    expect(stored.length).toBeGreaterThan(50);
    // Again: only duplicates.
    const { stdout: bytes } = await command(source, ['export']);
    const again = await command(target, ['import', '-', '--json'], bytes);
    expect(JSON.parse(again.stdout.toString())).toEqual({
      stored: 0,
      duplicate: stored.length,
      rejected: 0,
      truncated: false,
    });
    const digest = (all: string[]): string => createHash('sha256').update(all.join('\n')).digest('hex');
    expect(digest(await linesOf(target))).toBe(digest(stored));
  },
  600_000,
);

test('keeps the longest possible event in every format', async () => {
  const [source, target] = [await startServer(), await startServer()];
  const longest: Event = {
    time: 1_467_844_481_250,
    type: 't'.repeat(255),
    tags: Array.from({ length: 20 }, (_, i) => `${i}=${'g'.repeat(1_000)}`),
    description: `${'"\n'.repeat(200_000)}${'d'.repeat(600_000)}`,
  };
  const line = `${formatLine(longest)}\n`;
  expect((await command(source, ['import', '-'], line)).exitCode).toBe(0);
  const file = join(folder, 'longest.db');
  for (const [, args] of ways) {
    const { stdout } = await command(source, ['export', ...args]);
    writeFileSync(file, stdout);
    expect(await command(target, ['import', file])).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await command(target, ['export'])).stdout.toString('utf8')).toBe(line);
  }
}, 600_000);
