// A power cut loses everything that the kernel has not written to disk: every response must follow a sync of its data.

import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
import { serve } from '../program';
import { decode, isSync, readCalls, recorder } from './system-calls';

const withStrace = needs('strace', hasProgram('strace', '-V'));

withStrace(
  'sends every acknowledgement, by line and by HTTP, after a sync of the log that follows its last write',
  async () => {
    const folder = temporaryFolder();
    const record = join(folder, 'record');
    const database = join(folder, 'anthracite.db');
    const server = await serve(database, [], { under: recorder(record) });
    await server.send('1 warm up\n');
    const events = 20;
    for (let i = 0; i < events; i++) {
      expect(await server.send(`${i} cut by line ${i}\n`)).toContain('ok stored=1');
      const body = JSON.stringify({ what: `cut by http ${i}`, tags: 'cut', when: i });
      expect((await fetch(`${server.url}/events/`, { method: 'POST', body })).status).toBe(200);
    }
    expect(await server.stop()).toBe(0);

    // Since the last response: whether the log was written, and whether that was synced. The indexes, which follow in the background,
    // can write to it meanwhile. A sync counts when it has ended, any other call when it begins.
    const calls = readCalls(record).map((call) => ({ call, at: isSync(call.name) ? call.done : call.begun }));
    let isWritten = false;
    let isSynced = false;
    let acknowledged = 0;
    let writes = 0;
    for (const { call } of calls.sort((one, other) => one.at - other.at)) {
      const isOfLog = decode(/^\d+<((?:\\x..)*)>/.exec(call.text)?.[1]).endsWith('-wal');
      if (call.name === 'pwrite64' && isOfLog) {
        isWritten = true;
        writes++;
      }
      if (isSync(call.name) && isOfLog) isSynced ||= isWritten;
      const [, sent] = /"((?:\\x..)*)"/.exec(call.text) ?? [];
      if (/^(?:ok stored=1|HTTP\/1\.1 200)/.test(decode(sent))) {
        expect({ call: call.name, line: call.begun, isSynced }).toMatchObject({ isSynced: true });
        acknowledged++;
        isWritten = false;
        isSynced = false;
      }
    }
    expect(acknowledged).toBe(events * 2 + 1);
    expect(writes).toBeGreaterThanOrEqual(events * 2);
  },
  600_000,
);
