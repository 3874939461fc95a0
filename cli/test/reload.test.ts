// SIGHUP: a running server reads its files again, and keeps its connections.

import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder, until } from '@anthracite/testing';
import { begin, type Served, serve } from './program';

const secretOf = (name: string): string => `${name}-secret-of-the-test`;
const tokens = (...names: string[]): string =>
  names.map((name) => `${name}:admin:${secretOf(name)}\n`).join('');

async function statusWith(server: Served, name: string): Promise<number> {
  const headers = { authorization: `Bearer ${secretOf(name)}` };
  return (await fetch(`${server.url}/types`, { headers })).status;
}

const reloads = (server: Served): number =>
  server.log().split('files of tokens, certificates and hooks').length - 1;

async function reload(server: Served): Promise<void> {
  const before = reloads(server);
  server.kill('SIGHUP');
  await until(() => reloads(server) > before, 'the server has read its files again');
}

test('reads the tokens again at SIGHUP, ends the streams of removed ones, and keeps the other connections', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'tokens');
  writeFileSync(file, tokens('ann', 'bob'));
  const server = await serve(join(folder, 'anthracite.db'), ['--tokens-file', file]);
  const follow = async (name: string): Promise<{ ended: boolean }> => {
    const headers = { authorization: `Bearer ${secretOf(name)}` };
    const response = await fetch(`${server.url}/events/stream`, { headers });
    const state = { ended: false };
    const end = (): void => {
      state.ended = true;
    };
    response.text().then(end, end);
    return state;
  };
  const [annStream, bobStream] = [await follow('ann'), await follow('bob')];
  const socket = connect({ port: server.tcpPort, host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.write('1 before reload\n');

  writeFileSync(file, tokens('ann', 'cid'));
  await reload(server);
  expect(await statusWith(server, 'ann')).toBe(200);
  expect(await statusWith(server, 'bob')).toBe(401);
  expect(await statusWith(server, 'cid')).toBe(200);
  await until(() => bobStream.ended, 'the stream of the removed token ends');
  expect(annStream.ended).toBe(false);

  writeFileSync(file, 'no token at all\n');
  await reload(server);
  expect(server.log()).toContain('token 1 does not have the form');
  expect(await statusWith(server, 'cid')).toBe(200);

  socket.end('2 after reload\n');
  await until(() => answer !== '', 'the sender of lines gets its answer');
  expect(answer).toBe('ok stored=2 duplicate=0 rejected=0\n');
  expect(await server.stop()).toBe(0);
});

test('does not open the doors when the last token is removed', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'tokens');
  writeFileSync(file, tokens('ann'));
  const server = await serve(join(folder, 'anthracite.db'), ['--tokens-file', file]);
  writeFileSync(file, '# none\n');
  await reload(server);
  expect((await fetch(`${server.url}/types`)).status).toBe(401);
  expect(await server.stop()).toBe(0);
});

test('reads the hooks again at SIGHUP, and keeps those from before if the file has an error', async () => {
  const folder = temporaryFolder();
  const [config, secretFile] = [join(folder, 'anthracite.yaml'), join(folder, 'hook.secret')];
  const write = (...names: string[]): void =>
    writeFileSync(
      config,
      `hooks:\n${names.map((name) => `  ${name}: { kind: cloudevents, secret-file: ${secretFile} }\n`).join('')}`,
    );
  writeFileSync(secretFile, `${secretOf('first')}\n`);
  write('one');
  const server = await serve(join(folder, 'anthracite.db'), ['--config', config]);
  const deliver = async (name: string, secret: string): Promise<number> => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${secretOf(secret)}`,
      ...{ 'ce-id': `${name}-${secret}`, 'ce-source': '/shop', 'ce-type': 'deploy', 'ce-specversion': '1.0' },
    };
    return (await fetch(`${server.url}/hooks/${name}`, { method: 'POST', headers, body: '{}' })).status;
  };
  expect([await deliver('one', 'first'), await deliver('two', 'first')]).toEqual([200, 404]);

  writeFileSync(secretFile, `${secretOf('second')}\n`);
  write('two');
  await reload(server);
  expect([await deliver('one', 'first'), await deliver('two', 'first')]).toEqual([404, 401]);
  expect(await deliver('two', 'second')).toBe(200);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('hook="two"');

  writeFileSync(config, 'hooks:\n  three: { kind: nosuch }\n');
  await reload(server);
  expect(server.log()).toContain('nosuch');
  expect(await deliver('two', 'second')).toBe(200);
  expect(await server.stop()).toBe(0);
});

test('ends the demo at SIGHUP, as without a terminal', async () => {
  const demo = begin(['demo', '--days', '1', '--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0']);
  await until(() => demo.stdout().includes(' is ready: '), 'the demo runs');
  demo.kill('SIGHUP');
  expect((await demo.ended).exitCode).toBe(0);
});
