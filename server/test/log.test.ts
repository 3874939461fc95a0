// The log: limited in size, never blocking, and exact about dropped lines.

import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd, temporaryFolder, until } from '@anthracite/testing';
import { type Log, openLog } from '../src/log';

interface Line {
  readonly msg: string;
  readonly dropped?: number;
  readonly repeated?: number;
  readonly n?: number;
  readonly code?: string;
}

/** A log into a pipe, and its readable content. */
function openPiped(name: string): { log: Log; read: () => Line[] } {
  const path = join(temporaryFolder(), name);
  spawnSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  atEnd(() => closeSync(reader));
  let text = '';
  const read = (): Line[] => {
    const buffer = Buffer.alloc(65_536);
    try {
      for (;;) text += buffer.toString('utf8', 0, readSync(reader, buffer));
    } catch {} // the pipe is empty
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  };
  return { log: openLog('info', { fd: writer }), read };
}

test('keeps a limited number of lines for a reader that pauses, and reports the number of dropped ones', async () => {
  const { log, read } = openPiped('paused');
  const total = 400;
  for (let n = 0; n < total; n++) log.logger.info({ n, text: 'x'.repeat(10_000) }, 'line');
  expect(log.dropped).toBeGreaterThan(200);
  await until(() => read().some(({ dropped }) => dropped !== undefined), 'the dropped lines are reported');
  const lines = read();
  expect(lines.filter(({ msg }) => msg === 'line').map(({ n }) => n)).toEqual(
    Array.from({ length: total - log.dropped }, (_, n) => n),
  );
  expect(lines.filter(({ dropped }) => dropped !== undefined)).toEqual([
    expect.objectContaining({ dropped: log.dropped, level: 40 }),
  ]);
  log.logger.info('still heard');
  await until(() => read().at(-1)?.msg === 'still heard', 'later lines are written');
  await log.close(1_000);
});

test('writes waiting lines before it closes, and gives up on a reader that reads nothing', async () => {
  const read = openPiped('read');
  read.log.logger.error('the last words');
  await read.log.close(60_000);
  expect(read.read().map(({ msg }) => msg)).toEqual(['the last words']);
  const unread = openPiped('unread');
  for (let n = 0; n < 30; n++)
    unread.log.logger.error({ n, text: 'x'.repeat(10_000), code: String(n) }, 'unread');
  await unread.log.close(50);
});

test('writes equal warnings once, and the last of them with their number', async () => {
  const { log, read } = openPiped('equal');
  for (let n = 0; n < 50; n++) log.logger.warn({ n, code: 'SAME' }, 'refused');
  log.logger.warn({ code: 'OTHER' }, 'refused');
  for (const n of [1, 2]) log.logger.info({ n }, 'said each time');
  for (let n = 0; n < 3; n++) log.logger.error({ err: new Error('the same'), n }, 'failed');
  log.logger.error({ err: new Error('another') }, 'failed');
  await log.close(60_000);
  expect(read().map(({ msg, n, code, repeated }) => ({ msg, n, code, repeated }))).toEqual([
    { msg: 'refused', n: 0, code: 'SAME' },
    { msg: 'refused', code: 'OTHER' },
    { msg: 'said each time', n: 1 },
    { msg: 'said each time', n: 2 },
    { msg: 'failed', n: 0 },
    { msg: 'failed' },
    { msg: 'refused', n: 49, code: 'SAME', repeated: 49 },
    { msg: 'failed', n: 2, repeated: 2 },
  ]);
});

test("starts each line with its priority if its stream is systemd's journal", async () => {
  const path = join(temporaryFolder(), 'journal');
  const fd = openSync(path, 'w');
  const { dev, ino } = statSync(path);
  const write = async (journalStream: string): Promise<string[]> => {
    const before = readFileSync(path, 'utf8').length;
    const log = openLog('debug', { fd, journalStream });
    log.logger.debug('a');
    log.logger.info('b');
    log.logger.warn('c');
    log.logger.error('d');
    await log.close(10_000);
    return readFileSync(path, 'utf8').slice(before).trimEnd().split('\n');
  };
  const marked = await write(`${dev}:${ino}`);
  expect(marked.map((line) => line.slice(0, 3))).toEqual(['<7>', '<6>', '<4>', '<3>']);
  expect(marked.map((line) => JSON.parse(line.slice(3)).msg)).toEqual(['a', 'b', 'c', 'd']);
});

test('writes no priorities to another stream than the journal', async () => {
  const path = join(temporaryFolder(), 'log');
  const log = openLog('info', { fd: openSync(path, 'w'), journalStream: '1:2' });
  log.logger.info('a');
  await log.close(10_000);
  expect(readFileSync(path, 'utf8')).toMatch(/^\{"level":30,/);
});
