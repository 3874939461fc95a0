// Anthracite is away, hangs, refuses or fails while Chef runs: the run has the same result, loses at most two seconds,
// and its event comes with a later run.

import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { atEnd, hasChef, needs, temporaryFolder } from '@anthracite/testing';
import { runChef } from './chef-run';
import { serve } from './program';

const withChef = needs("Chef's library", hasChef);
const token = 'tok-3n-that-nobody-may-see';

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Accepts connections and never answers. */
const hanging = (): Server =>
  createServer((socket) => {
    socket.on('error', () => {});
    // It never notices that its client has disconnected, and would keep the process running.
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
      // Two seconds and some more for a busy machine: far from the minutes that a hanging server could take.
      expect(run.handlerSeconds).toBeLessThan(10);

      const spool = join(folder, 'cache/anthracite');
      const [file = '', ...others] = readdirSync(spool).filter((name) => name.endsWith('.line'));
      expect(others).toEqual([]);
      expect(statSync(join(spool, file)).mode & 0o777).toBe(0o600);
      expect(statSync(spool).mode & 0o777).toBe(0o700);
      const waiting = readFileSync(join(spool, file), 'utf8');
      expect(waiting).toMatch(/^\d{10} chef;host=web01\.example\.com;.*create.*\n$/);
      expect(waiting).not.toMatch(new RegExp(`s3cret|${token}`));

      // The next run changes nothing and sends waiting events. It comes more than half a minute later.
      rmSync(join(spool, '.paused'));
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

const linesIn = (folder: string): string[] => {
  const spool = join(folder, 'cache/anthracite');
  const names = readdirSync(spool).filter((name) => name.endsWith('.line'));
  return names.map((name) => readFileSync(join(spool, name), 'utf8'));
};

withChef(
  'names a wrong option in a warning, and loses no event',
  async () => {
    const anthracite = await serve(join(temporaryFolder(), 'anthracite.db'));
    const runWith = (handler: string) => runChef({ runList: ['role[web]'], handler });
    // A mistake in the content options: the default, or less.
    const wrong = `tagz: ['x'], token: '${token}', max_length: 5, show_titles: 'flase'`;
    const sent = await runWith(`port: ${anthracite.tcpPort}, ${wrong}`);
    expect(sent.result).toBe('success');
    expect(sent.log).toContain('WARN: Anthracite\'s handler: unknown option "tagz"; known options:');
    expect(sent.log).toContain('the option max_length is 5; expected a whole number from 80 to 10000');
    expect(sent.log).toContain('the option show_titles is "flase"; expected true or false');
    expect(sent.log).not.toContain(token);
    const stored = await (await fetch(`${anthracite.url}/events/raw`)).text();
    expect(stored).toMatch(/^\d+ chef;host=web01.*: 5 changed: .*webapp_vhost create x1/);
    // A mistake in the destination: the event waits.
    for (const where of [`port: 'x', host: '127.0.0.1'`, `url: 'ftp://x', token: '${token}'`]) {
      const { result, log, folder } = await runWith(where);
      expect([result, linesIn(folder).length]).toEqual(['success', 1]);
      expect(log).toMatch(
        /the option (port is "x"|url is not valid); expected .*; the event waits in the spool/,
      );
      expect(log).not.toContain(token);
    }
    const none = await runWith(`'${token}'`);
    expect([none.result, linesIn(none.folder).length]).toEqual(['success', 1]);
    expect(none.log).toContain(
      'the options are not a hash of names and values; the event waits in the spool',
    );
    expect(none.log).not.toContain(token);
    await anthracite.stop();
  },
  600_000,
);

withChef(
  'logs a missing token or spool, and the run has the same result',
  async () => {
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
    expect(unwritable.log).toMatch(/the spool cannot be written either: .* The event is lost: \d{10} chef;/);
  },
  600_000,
);
