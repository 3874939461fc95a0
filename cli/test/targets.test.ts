// anthracite targets: lists targets, tests one, lists undelivered messages and sends them again.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { atEnd, temporaryFolder, until } from '@anthracite/testing';
import { run, type Served, serve } from './program';

let status = 400;
const bodies: string[] = [];
let server: Served;

beforeAll(async () => {
  const receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  atEnd(() => new Promise<void>((resolve) => void receiver.close(() => resolve())));
  const folder = temporaryFolder();
  const config = join(folder, 'anthracite.yaml');
  const { port } = receiver.address() as AddressInfo;
  writeFileSync(
    config,
    `send-allow: 127.0.0.1\nsend:\n  - { name: ops, url: "http://127.0.0.1:${port}/secret-path" }\n`,
  );
  server = await serve(join(folder, 'anthracite.db'), ['--config', config]);
});

const targets = (...args: readonly string[]) =>
  run(['targets', ...args, '--server', server.url], { env: { NO_COLOR: '1' } });

test('shows targets, tests one, and sends an undelivered message again', async () => {
  expect((await targets()).stdout).toMatch(
    /^ops +standard-webhooks +127\.0\.0\.1:\d+ +working +0 behind +0 undelivered +- +no attempt yet\n$/,
  );
  expect(await targets('test', 'ops')).toMatchObject({ exitCode: 1, stdout: 'refused: it answered 400\n' });
  expect(await targets('test', 'nosuch')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('no target "nosuch"'),
  });
  await server.send('1 deploy release \x1b[31m42\n');
  await until(async () => (await targets('undelivered')).stdout !== '', 'the message is put aside');
  expect((await targets('undelivered')).stdout).toMatch(
    /^1 +ops +\S+ +it answered 400 +deploy release \\u001b\[31m42\n$/,
  );
  expect(await targets('resend')).toMatchObject({ exitCode: 1, stdout: '1 refused: it answered 400\n' });
  status = 200;
  expect(await targets('test', 'ops')).toMatchObject({ exitCode: 0, stdout: 'delivered\n' });
  expect(JSON.parse(bodies.at(-1) ?? '')).toMatchObject({
    type: 'event.stored',
    data: { id: 0, type: 'test' },
  });
  expect(await targets('resend', '1', '7')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^1 delivered\n7 no undelivered message "7"/),
  });
  expect(await targets('resend')).toMatchObject({ exitCode: 0, stderr: 'no undelivered messages\n' });
  const [line = ''] = (await targets('list', '--json')).stdout.split('\n');
  expect(JSON.parse(line)).toMatchObject({ name: 'ops', last: { outcome: 'delivered' }, undelivered: 0 });
  expect(`${line}${server.log()}`).not.toContain('secret-path');
}, 60_000);
