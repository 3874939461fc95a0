// A server that restarts during an import: the import waits for it, and nothing is lost.

import { join } from 'node:path';
import { Readable } from 'node:stream';
import { temporaryFolder } from '@anthracite/testing';
import { command } from '../in-process';
import { type Served, serve } from '../program';

const count = 40_000;
const chunk = 500;

test('continues an import when the server returns', async () => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const first = await serve(database);
  let second: Promise<Served> | undefined;
  const lines = async function* (): AsyncGenerator<Buffer> {
    for (let begin = 0; begin < count; begin += chunk) {
      if (begin === count / 2) {
        await first.stop();
        // The import continues meanwhile, against a closed port.
        second = serve(database, ['--http', `127.0.0.1:${first.httpPort}`]);
      }
      const some = Array.from({ length: chunk }, (_, i) => `${1_467_844_481 + begin + i} a event\n`);
      yield Buffer.from(some.join(''));
    }
  };
  const { exitCode, stdout, stderr } = await command(
    first.url,
    ['import', '-', '--json'],
    Readable.from(lines()),
  );
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  const { stored, duplicate } = JSON.parse(stdout.toString()) as { stored: number; duplicate: number };
  // Events that were committed but not acknowledged before the end are duplicates when they are sent again.
  expect(stored + duplicate).toBe(count);
  const { stdout: all } = await command(first.url, ['export']);
  expect(all.toString().split('\n')).toHaveLength(count + 1);
  await (await second)?.stop();
}, 600_000);

test('reports how far an import came whose server stays away, and suggests to retry later', async () => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const server = await serve(database);
  const lines = async function* (): AsyncGenerator<Buffer> {
    for (let begin = 0; begin < count; begin += chunk) {
      if (begin === count / 2) await server.stop();
      const some = Array.from({ length: chunk }, (_, i) => `${1_467_844_481 + begin + i} a event\n`);
      yield Buffer.from(some.join(''));
    }
  };
  const { exitCode, stderr } = await command(server.url, ['import', '-'], Readable.from(lines()));
  expect(exitCode).toBe(4);
  const done = Number(/--skip (\d+)/.exec(stderr)?.[1]);
  const again = await serve(database);
  const { stdout } = await command(again.url, ['export']);
  const stored = stdout.toString().split('\n').length - 1;
  // All events that it reports as done are stored.
  expect(done).toBeGreaterThan(0);
  expect(stored).toBeGreaterThanOrEqual(done);
  await again.stop();
}, 600_000);
