// anthracite serve: how it starts, refuses to start, and stops.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { atEnd, temporaryFolder, until } from '@anthracite/testing';
import { warnOfOpenFiles } from '../src/open-files';
import { begin, cleanEnvironment, main, run, serve, serveOn } from './program';

const folder = temporaryFolder();
let files = 0;
const newFile = (): string => join(folder, `${files++}`, 'anthracite.db');

test('creates its folder and file, prints its addresses, and ends normally', async () => {
  const database = newFile();
  const server = await serve(database);
  expect(server.readyLine).toMatch(
    /^anthracite \d+\.\d+\.\d+ is ready: HTTP on 127\.0\.0\.1:\d+, lines on 127\.0\.0\.1:\d+, events in \S+$/,
  );
  expect(await server.send('1 a b\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  expect(await server.stop()).toBe(0);
  expect(existsSync(`${database}-wal`)).toBe(false); // folded into the file
  for (const line of server.log().trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
});

test('ends on SIGINT as well; stored events are there at the next start', async () => {
  const database = newFile();
  const first = await serve(database);
  await first.send('1 a b\n');
  first.kill('SIGINT');
  expect(await first.ended).toEqual({ exitCode: 0, signal: null });
  const second = await serve(database);
  expect(await second.send('1 a b\n')).toBe('ok stored=0 duplicate=1 rejected=0\n');
  expect(await second.stop()).toBe(0);
});

test('ends without the drain time at a second signal', async () => {
  const server = await serve(newFile(), ['--drain-ms', '60000']);
  const stuck = connect({ port: server.httpPort, host: '127.0.0.1' });
  stuck.on('error', () => {});
  stuck.write('POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{');
  await new Promise((resolve) => stuck.on('connect', resolve));
  await fetch(`${server.url}/health`);
  const begin = Date.now();
  server.kill('SIGTERM');
  // Signals right after the first one are the same signal, which npm passes on as well.
  const again = setInterval(() => server.kill('SIGTERM'), 50);
  expect(await server.ended).toEqual({ exitCode: null, signal: 'SIGTERM' });
  clearInterval(again);
  expect(Date.now() - begin).toBeGreaterThanOrEqual(1_000);
});

// As the kubelet sets them for the Services anthracite and anthracite-lines, and Docker for a link.
const serviceVariables = {
  ANTHRACITE_SERVICE_HOST: '10.0.0.1',
  ANTHRACITE_SERVICE_PORT: '2006',
  ANTHRACITE_SERVICE_PORT_HTTP: '2006',
  ANTHRACITE_PORT: 'tcp://10.0.0.1:2006',
  ANTHRACITE_PORT_2006_TCP: 'tcp://10.0.0.1:2006',
  ANTHRACITE_PORT_2006_TCP_PROTO: 'tcp',
  ANTHRACITE_PORT_2006_TCP_PORT: '2006',
  ANTHRACITE_PORT_2006_TCP_ADDR: '10.0.0.1',
  ANTHRACITE_LINES_SERVICE_HOST: 'fd00::1',
  ANTHRACITE_LINES_PORT: 'tcp://[fd00::1]:2005',
  ANTHRACITE_LINES_PORT_2005_TCP_ADDR: 'fd00::1',
  ANTHRACITE_NAME: '/web/anthracite',
  ANTHRACITE_ENV_NODE_VERSION: '24.1.0',
};

test('starts next to a Kubernetes service or Docker link of its name, and logs the ignored variables', async () => {
  const server = await serve(newFile(), [], { env: serviceVariables });
  expect(await server.stop()).toBe(0);
  const ignored = server
    .log()
    .split('\n')
    .filter((line) => line.includes('Kubernetes'));
  expect(ignored).toHaveLength(1);
  expect(JSON.parse(ignored[0] ?? '')).toMatchObject({ level: 30, variables: Object.keys(serviceVariables) });
  expect((await run(['config'], { env: serviceVariables })).exitCode).toBe(0);
});

test.each([
  ['ANTHRACITE_PORT', '2006', 'anthracite config lists all settings'],
  ['ANTHRACITE_PORT', '127.0.0.1:2006', 'anthracite config lists all settings'],
  ['ANTHRACITE_SERVICE_HOST', 'somewhere', 'anthracite config lists all settings'],
  ['ANTHRACITE_HTPP', 'tcp://10.0.0.1:2006', 'did you mean ANTHRACITE_HTTP?'],
  ['ANTHRACITE_DATABSE', 'x.db', 'did you mean ANTHRACITE_DATABASE?'],
])('refuses %s=%s, which no service sets', async (name, value, hint) => {
  const { exitCode, stderr } = await run(['config'], { env: { [name]: value } });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`anthracite: unknown setting ${name}; ${hint}`);
});

test('refuses a second server on the same file, and names it', async () => {
  const database = newFile();
  const server = await serve(database);
  const second = await run(serveOn(database));
  expect(second.exitCode).toBe(1);
  expect(second.stderr).toBe(
    `anthracite: ${database} is in use by another Anthracite server. Stop that server, or choose another file with --database.\n`,
  );
  expect(await server.send('1 a b\n')).toContain('stored=1');
  await server.stop();
});

test.each(['http', 'tcp'] as const)('names a port that is in use, with the setting (%s)', async (setting) => {
  const server = await serve(newFile());
  const port = setting === 'http' ? server.httpPort : server.tcpPort;
  const free = setting === 'http' ? 'tcp' : 'http';
  const args = [`--${setting}`, `127.0.0.1:${port}`, `--${free}`, '127.0.0.1:0', '--database', newFile()];
  const second = await run(['serve', ...args]);
  expect(second).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: `anthracite: another program already listens on 127.0.0.1:${port}; stop it, or choose another address with --${setting}\n`,
  });
  await server.stop();
});

test('reads settings from a file, and names a wrong one with its position', async () => {
  const config = join(folder, 'anthracite.yaml');
  writeFileSync(config, 'max-line-bytes: 200\ntime-zone: Europe/Amsterdam\n');
  const server = await serve(newFile(), ['--config', config]);
  expect(await server.send(`1 a ${'x'.repeat(300)}\n`)).toContain('the line is longer than 200 bytes');
  await server.stop();
  writeFileSync(config, 'max-line-byte: 200\n');
  expect(await run(['serve', '--config', config])).toMatchObject({
    exitCode: 2,
    stderr: `anthracite: file ${config}: unknown setting "max-line-byte"; did you mean max-line-bytes?\n`,
  });
});

test('warns of doors that are open to others', async () => {
  const quiet = await serve(newFile());
  await quiet.stop();
  expect(quiet.log()).not.toContain('"level":40');
  const open = await serve(newFile(), ['--http', '0.0.0.0:0', '--tcp', '0.0.0.0:0']);
  await open.stop();
  expect(open.log()).toContain('can read and write all events');
  expect(open.log()).toContain('set tcp-allow');
  const guarded = await serve(newFile(), ['--tcp', '0.0.0.0:0', '--tcp-allow', '127.0.0.0/8']);
  await guarded.stop();
  expect(guarded.log()).not.toContain('"level":40');
});

test('starts without a line port, and on two addresses', async () => {
  const none = await serve(newFile(), ['--tcp', '']);
  expect(none.readyLine).toContain('no lines');
  await none.stop();
  const hasV6 = spawnSync('cat', ['/proc/net/if_inet6']).stdout?.includes('00000000000000000000000000000001');
  const two = await serve(newFile(), ['--tcp', hasV6 ? '127.0.0.1:0,[::1]:0' : '127.0.0.1:0,127.0.0.2:0']);
  expect(two.readyLine).toMatch(/lines on 127\.0\.0\.1:\d+ and \S+:\d+,/);
  await two.stop();
});

test('warns of more connections than open files', async () => {
  const args = [main, 'serve', '--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--database', newFile()];
  const limited = spawn('sh', ['-c', 'ulimit -n 2048 && exec "$0" "$@"', process.execPath, ...args], {
    env: cleanEnvironment(),
  });
  atEnd(() => limited.kill('SIGKILL'));
  const [output] = (await once(limited.stdout.setEncoding('utf8'), 'data')) as [string];
  expect(output).toContain(
    'WARNING: the process may open 2048 files, but the settings allow 11000 connections',
  );
  expect(warnOfOpenFiles({ 'max-tcp-connections': 10, 'max-http-connections': 20 }, 130)).toBeNull();
  expect(warnOfOpenFiles({ 'max-tcp-connections': 10, 'max-http-connections': 20 }, null)).toBeNull();
});

test('ends on a signal during the start, and the next start works', async () => {
  const database = newFile();
  const first = await serve(database);
  await first.send('1 a b\n');
  await first.stop();
  for (let n = 0; n < 3; n++) {
    const starting = begin(serveOn(database));
    await until(() => existsSync(`${database}-wal`), 'it has opened the file');
    starting.kill('SIGTERM');
    await starting.ended;
  }
  const last = await serve(database);
  expect(await last.send('1 a b\n')).toBe('ok stored=0 duplicate=1 rejected=0\n');
  await last.stop();
});
