// Anthracite is away, hangs, refuses or fails while Chef runs: the run is as it would have been, it loses two seconds at
// most, and its event comes with a later run.

import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { atEnd, needs, temporaryFolder } from '@anthracite/testing';
import { hasChef, runChef } from './chef-run';
import { serve } from './program';

const withChef = needs("Chef's library", hasChef);
const token = 'tok-3n-that-nobody-may-see';

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Takes connections, and never says a word. */
const hanging = (): Server =>
  createServer((socket) => {
    socket.on('error', () => {});
    // It never notices that its client has gone, and would keep the process.
    atEnd(() => socket.destroy());
  });
const failing = (): Server =>
  createHttpServer((_request, response) => response.writeHead(500).end('{"error": "out of order"}'));

const url = (port: number): string => `url: 'http://127.0.0.1:${port}', token: '${token}'`;
const line = (port: number): string => `host: '127.0.0.1', port: ${port}`;
const faults: readonly [string, (() => Server) | null, (port: number) => string, RegExp][] = [
  ['hangs, by the line port', hanging, line, /no answer within 2 s; the event waits in the spool/],
  ['hangs, by HTTP', hanging, url, /(no answer within 2 s|Net::ReadTimeout.*); the event waits in the spool/],
  ['is away', null, line, /Errno::ECONNREFUSED.*; the event waits in the spool/],
  ['answers 500', failing, url, /it answered 500 .*; the event waits in the spool/],
];

for (const [name, createFault, options, warning] of faults) {
  withChef(
    name,
    async () => {
      const server = createFault?.();
      const port = server ? await listen(server) : 9;
      const { folder, ...run } = await runChef({ runList: ['role[web]'], handler: options(port) });
      server?.close();
      expect(run.result).toBe('success');
      expect(run.log).toMatch(warning);
      expect(run.log).not.toMatch(/raised|Traceback/);
      expect(run.log).not.toContain(token);
      // Two seconds, and what a busy machine adds: far from the minutes that a hanging server could take.
      expect(run.handlerSeconds).toBeLessThan(10);

      const spool = join(folder, 'cache/anthracite');
      const [file = '', ...others] = readdirSync(spool);
      expect(others).toEqual([]);
      expect(statSync(join(spool, file)).mode & 0o777).toBe(0o600);
      expect(statSync(spool).mode & 0o777).toBe(0o700);
      const waiting = readFileSync(join(spool, file), 'utf8');
      expect(waiting).toMatch(/^\d{10} chef;host=web01\.example\.com;.*create.*\n$/);
      expect(waiting).not.toMatch(new RegExp(`s3cret|${token}`));

      // The next run changes nothing, and takes along what waits.
      const anthracite = await serve(join(temporaryFolder(), 'anthracite.db'));
      await runChef({
        runList: ['role[web]'],
        folder,
        handler: options === url ? url(anthracite.httpPort) : line(anthracite.tcpPort),
      });
      const stored = await (await fetch(`${anthracite.url}/events/raw`)).text();
      expect(stored).toBe(waiting);
      expect(readdirSync(spool)).toEqual([]);
      await anthracite.stop();
    },
    600_000,
  );
}

withChef(
  'a mistake in the options, or an error in the handler, is logged, and the run is as it would have been',
  async () => {
    const wrong = await runChef({ runList: ['role[web]'], handler: `urls: 'x', token: '${token}'` });
    expect(wrong.result).toBe('success');
    expect(wrong.log).toContain('Anthracite gets no events: the option "urls" is unknown; there are');
    expect(wrong.log).not.toContain(token);
    const missing = await runChef({
      runList: ['recipe[webapp::failing]'],
      handler: `url: 'http://127.0.0.1:9', token_file: '/nonexistent/token'`,
    });
    expect(missing.class).toBe('Mixlib::ShellOut::ShellCommandFailed');
    expect(missing.log).toMatch(/token_file cannot be read \(Errno::ENOENT\); the event waits in the spool/);
    const unwritable = await runChef({
      runList: ['role[web]'],
      handler: `host: '127.0.0.1', port: 9, spool_dir: '/dev/null/spool'`,
    });
    expect(unwritable.result).toBe('success');
    expect(unwritable.log).toMatch(/the spool cannot be written: .* The event is lost: \d{10} chef;/);
  },
  600_000,
);
