// The spool: complete lines, in order, limited, private, and safe against kill -9 during a write.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, until } from '@anthracite/testing';
import { Spool } from '../../src';

const all = Number.POSITIVE_INFINITY;
const textsOf = async (spool: Spool): Promise<string[]> =>
  (await spool.oldest(all, all)).map(({ line }) => line);

test('returns lines in the order of arrival, also within a millisecond, until they are removed', async () => {
  const spool = await Spool.open(join(temporaryFolder(), 'a', 'b'), 100);
  for (const [line, now] of [
    ['1 a x', 5],
    ['1 a y', 5],
    ['1 a z', 5],
    ['1 a ü', 7],
  ] as const)
    await spool.add(line, now);
  expect(await textsOf(spool)).toEqual(['1 a x\n', '1 a y\n', '1 a z\n', '1 a ü\n']);
  const [first, second] = await spool.oldest(2, all);
  await spool.remove([first?.name ?? '', second?.name ?? '']);
  await spool.remove([first?.name ?? '']);
  expect(await textsOf(spool)).toEqual(['1 a z\n', '1 a ü\n']);
  expect(await spool.count()).toBe(2);
});

test('keeps waiting lines for the next program, readable only by the owner', async () => {
  const folder = join(temporaryFolder(), 'spool');
  await (await Spool.open(folder, 100)).add('1 a x', 1);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(await textsOf(await Spool.open(folder, 100))).toEqual(['1 a x\n']);
});

test('takes a complete draft of a killed program and removes an incomplete one', async () => {
  const folder = temporaryFolder();
  const old = new Date(Date.now() - 120_000);
  for (const [name, text, isOld] of [
    ['.000000000000001-000000-a.line', '1 a whole\n', true],
    ['.000000000000002-000000-b.line', '1 a pie', true],
    ['.000000000000003-000000-c.line', '1 a at work\n', false],
  ] as const) {
    writeFileSync(join(folder, name), text);
    if (isOld) utimesSync(join(folder, name), old, old);
  }
  expect(await textsOf(await Spool.open(folder, 100))).toEqual(['1 a whole\n']);
  expect(readdirSync(folder).sort()).toEqual([
    '.000000000000003-000000-c.line',
    '000000000000001-000000-a.line',
  ]);
});

test('drops the oldest lines of a full spool and reports their number', async () => {
  const spool = await Spool.open(temporaryFolder(), 3);
  const dropped: number[] = [];
  for (let i = 0; i < 5; i++) dropped.push(await spool.add(`${i} a x`, i));
  expect(dropped).toEqual([0, 0, 0, 1, 1]);
  expect(await textsOf(spool)).toEqual(['2 a x\n', '3 a x\n', '4 a x\n']);
});

test('limits a batch in lines and bytes, and never returns an empty one while lines wait', async () => {
  const spool = await Spool.open(temporaryFolder(), 100);
  for (let i = 0; i < 4; i++) await spool.add(`1 a ${'x'.repeat(95)}`, i);
  expect(await spool.oldest(3, all)).toHaveLength(3);
  expect(await spool.oldest(all, 250)).toHaveLength(2);
  expect(await spool.oldest(all, 1)).toHaveLength(1);
});

test('leaves drafts and foreign files alone', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.000000000000001-000000-aa.line'), '1 a ha');
  writeFileSync(join(folder, 'README'), 'hello');
  const spool = await Spool.open(folder, 1);
  await spool.add('1 a x', 1);
  expect(await textsOf(spool)).toEqual(['1 a x\n']);
  expect(readdirSync(folder)).toHaveLength(3);
});

test('reports a folder that cannot be created', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  await expect(Spool.open(join(folder, 'file', 'spool'), 1)).rejects.toThrow('ENOTDIR');
  const spool = await Spool.open(join(folder, 'gone'), 1);
  mkdirSync(join(folder, 'gone', 'x.line'));
  await expect(spool.oldest(1, 1)).rejects.toThrow('EISDIR');
});

test('keeps all acknowledged lines complete and in order after kill -9 during a write', async () => {
  const folder = temporaryFolder();
  const script = join(folder, 'fill.js');
  const line = `1 a ${'x'.repeat(20_000)}`;
  writeFileSync(
    script,
    `const { Spool } = require(${JSON.stringify(join(__dirname, '../../src'))});
     const { writeSync } = require('node:fs');
     (async () => {
       const spool = await Spool.open(${JSON.stringify(join(folder, 'spool'))}, 1e6);
       for (let i = 0; ; i++) { await spool.add(i + ${JSON.stringify(line.slice(1))}, i); writeSync(1, i + '\\n'); }
     })();`,
  );
  for (let round = 1; round <= 3; round++) {
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let acknowledged = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      acknowledged += text;
    });
    await until(() => acknowledged.split('\n').length > 20 * round, 'some lines were written');
    child.kill('SIGKILL');
    await once(child, 'close');
    const spool = await Spool.open(join(folder, 'spool'), 1e6);
    const names = (await spool.oldest(all, all)).map(({ name, line: text }) => {
      expect(text.replace(/^\d+/, '1')).toBe(`${line}\n`);
      return name;
    });
    expect(names.length).toBeGreaterThanOrEqual(acknowledged.trim().split('\n').length);
    await spool.remove(names);
  }
  const left = readdirSync(join(folder, 'spool'));
  for (const draft of left) expect(draft.startsWith('.')).toBe(true);
});

test('returns a line or sets it aside without an error when another program was faster', async () => {
  const folder = temporaryFolder();
  const spool = await Spool.open(folder, 100);
  await spool.add('1467844481 a x', 1);
  const name = (await spool.oldest(1, 1))[0]?.name ?? '';
  expect(await spool.claim(name)).toBe(true);
  expect(await spool.claim(name)).toBe(false);
  await spool.finish(name);
  await spool.release(name);
  expect(await spool.setAside(name)).toBe(join(folder, `${name}.refused`));
  expect(readdirSync(folder)).toEqual([]);
});
