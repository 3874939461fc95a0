// The README's first minute, word for word: Debian's netcat and curl against a running server.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
import { type Served, serve } from './program';

const withNetcat = needs('netcat-openbsd', spawnSync('nc.openbsd', ['-h']).status === 0);
const withCurl = needs('curl', hasProgram('curl', '--version'));

let server: Served;
beforeAll(async () => {
  server = await serve(join(temporaryFolder(), 'anthracite.db'));
});

function shell(command: string): string {
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  return stdout + stderr;
}

withNetcat(
  'acknowledges a line from netcat, reports a repetition as a duplicate, and a wrong line with its reason',
  async () => {
    const line = `printf '1467844481 deploy_vimeo.com "deploy e8e5e4 initiated by Nicolas"\\n' | nc.openbsd -N 127.0.0.1 ${server.tcpPort}`;
    expect(shell(line)).toBe('ok stored=1 duplicate=0 rejected=0\n');
    expect(shell(line)).toBe('ok stored=0 duplicate=1 rejected=0\n');
    expect(shell(`echo yesterday deploy x | nc.openbsd -N 127.0.0.1 ${server.tcpPort}`)).toBe(
      'ok stored=0 duplicate=0 rejected=1\nline 1: the timestamp "yesterday" is not Unix seconds; expected digits with at most nine decimals, as in 1467844481 or 1467844481.250\n',
    );
    const { rejects } = (await (await fetch(`${server.url}/rejects`)).json()) as { rejects: unknown[] };
    expect(rejects).toMatchObject([{ code: 'BAD_TIMESTAMP', line: 'yesterday deploy x' }]);
  },
);

withNetcat('stores all lines of a sender that does not wait for the answer', async () => {
  shell(`printf '5 quick bye\\n' | nc.openbsd -q 0 -w 1 127.0.0.1 ${server.tcpPort}`);
  expect(shell(`printf '5 quick bye\\n' | nc.openbsd -N 127.0.0.1 ${server.tcpPort}`)).toContain(
    'duplicate=1',
  );
});

withCurl('lets curl read and post as with Graphite', async () => {
  await server.send('1467844481 curl;env=prod title\n');
  expect(shell(`curl -s '${server.url}/events/get_data?from=20160101&tags=curl'`)).toMatch(
    /^\[\{"when":1467844481,"what":"title","data":"","tags":\["curl","env=prod"\],"id":\d+\}\]$/,
  );
  const post = `curl -s -w '%{http_code} %{size_download}' -d '{"what": "x", "tags": "a b", "when": 1467844490}' ${server.url}/events/`;
  expect(shell(post)).toBe('200 0');
});
