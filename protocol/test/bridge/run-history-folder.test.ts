// Failing hosts are remembered only after their events are on disk.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { RunHistoryFolder, SpooledSender } from '../../src/bridge';
import type { Event } from '../../src/event';

const now = 1_795_330_800_000;
const event: Event = { time: now, type: 'puppet_failed', tags: ['tool=puppet'], description: 'it failed' };
const run = { tool: 'puppet', host: 'web01', time: now, failure: 'a', tags: [] };
const next = { ...run, time: now + 60_000 };

test('reports a failure whose event was lost again with the next run', async () => {
  const runs = new RunHistoryFolder(temporaryFolder(), () => {});
  const types: string[] = [];
  const submit = async ({ type }: Event): Promise<void> => void types.push(type);
  await expect(runs.follow(run, event, now, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(runs.knows(run)).toBe(false);
  expect(await runs.follow(next, event, now, submit)).toMatchObject({ isFolded: false });
  expect(runs.knows(run)).toBe(true);
  expect(await runs.follow({ ...run, time: now + 120_000 }, event, now, submit)).toMatchObject({
    isFolded: true,
  });
  expect(types).toEqual(['puppet_failed_start']);
});

test('follows concurrent runs one at a time', async () => {
  const runs = new RunHistoryFolder(temporaryFolder(), () => {});
  const types: string[] = [];
  const submit = async ({ type }: Event): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    types.push(type);
  };
  await Promise.all([runs.follow(run, event, now, submit), runs.follow(next, event, now, submit)]);
  expect(types).toEqual(['puppet_failed_start']);
});

test('does not submit an event that can be neither kept nor sent, and logs this once', async () => {
  const folder = join(temporaryFolder(), 'spool');
  const said: string[] = [];
  const sender = await SpooledSender.open({
    send: () => Promise.reject(new Error('the server is away')),
    spoolFolder: folder,
    maxSpooled: 10,
    say: (text) => said.push(text),
  });
  // A file in place of the folder prevents all writes.
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
  for (let i = 0; i < 3; i++) await expect(sender.submit(event)).rejects.toThrow('the server is away');
  expect(said).toEqual([expect.stringMatching(/ENOTDIR.*events wait in/)]);
  await sender.take(event);
  expect(said.slice(1)).toEqual([
    expect.stringMatching(/^an event is lost: the server is away: .*puppet_failed/),
  ]);
  await sender.close();
});
