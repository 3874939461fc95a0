// A power cut loses what the kernel has not put on the disk: every answer must come after a sync of all that it says.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder, until } from '@anthracite/testing';
import { serve } from '../program';

const withStrace = needs('strace', hasProgram('strace', '-V'));

interface SystemCall {
  readonly name: string;
  readonly arguments: string;
}

const isSync = (name: string): boolean => /^f(?:data)?sync$/.test(name);

// Lines such as: 1234  pwrite64(21</tmp/x/anthracite.db-wal>, "..."..., 4096, 32) = 4096
// A call during which another thread is heard stands on two lines, and only the first has its arguments. A sync counts when it is
// done, anything else when it begins.
function parseTrace(text: string): SystemCall[] {
  const syncs = new Map<string, SystemCall>();
  return text.split('\n').flatMap((line) => {
    const [, thread = '', resumed, begun, rest = ''] =
      /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)/.exec(line) ?? [];
    if (resumed !== undefined) return isSync(resumed) ? (syncs.get(thread) ?? []) : [];
    if (begun === undefined) return [];
    const call = { name: begun, arguments: rest };
    if (!isSync(begun) || !line.endsWith('<unfinished ...>')) return [call];
    syncs.set(thread, call);
    return [];
  });
}

withStrace(
  'every acknowledgement, by line and by HTTP, follows a sync of the log that follows its last write',
  async () => {
    const folder = temporaryFolder();
    const server = await serve(join(folder, 'anthracite.db'));
    await server.send('1 warm up\n');
    const traceFile = join(folder, 'trace');
    const calls = 'trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg';
    const strace = spawn('strace', [
      '-f',
      '-y',
      '-s',
      '32',
      '-e',
      calls,
      '-o',
      traceFile,
      '-p',
      String(server.pid),
    ]);
    let said = '';
    strace.stderr.on('data', (text) => {
      said += text;
    });
    await until(() => said.includes('attached'), 'strace is attached');
    const events = 20;
    for (let i = 0; i < events; i++) {
      expect(await server.send(`${i} cut by line ${i}\n`)).toContain('ok stored=1');
      const body = JSON.stringify({ what: `cut by http ${i}`, tags: 'cut', when: i });
      expect((await fetch(`${server.url}/events/`, { method: 'POST', body })).status).toBe(200);
    }
    strace.kill('SIGINT');
    await once(strace, 'close');
    expect(await server.stop()).toBe(0);

    // Since the last answer: whether the log was written to, and whether that was synced. The indexes, which follow by themselves,
    // may write to it meanwhile.
    let isWritten = false;
    let isSynced = false;
    let acknowledged = 0;
    let writes = 0;
    for (const call of parseTrace(readFileSync(traceFile, 'utf8'))) {
      const isOfLog = call.arguments.includes('anthracite.db-wal');
      if (call.name === 'pwrite64' && isOfLog) {
        isWritten = true;
        writes++;
      }
      if (isSync(call.name) && isOfLog) isSynced ||= isWritten;
      if (/"(?:ok stored=1|HTTP\/1\.1 200)/.test(call.arguments)) {
        expect({ call, isSynced }).toMatchObject({ isSynced: true });
        acknowledged++;
        isWritten = false;
        isSynced = false;
      }
    }
    expect(acknowledged).toBe(events * 2);
    expect(writes).toBeGreaterThanOrEqual(events * 2);
  },
  600_000,
);
