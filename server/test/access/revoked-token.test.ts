// A revoked token stops working at once, also for responses in progress.

import { once } from 'node:events';
import { connect } from 'node:net';
import { start } from '../start';
import { bearer, made, status } from './asking';

test('cuts off a long response when its token is revoked, and no other response', async () => {
  const server = await start();
  const lines = Array.from({ length: 40_000 }, (_, i) => `${i + 1} a ${'x'.repeat(500)}\n`);
  await server.send(lines.join(''));
  const ops = await made(server, 'ops', ['admin']);
  const open = async (token: string) => {
    const response = await server.fetch('/events/raw?limit=all&from=0', { headers: bearer(token) });
    return response.text();
  };
  const leaving = await made(server, 'leaving', ['read'], ops);
  const staying = await made(server, 'staying', ['read'], ops);
  // Nothing reads, so both responses stay in progress.
  const slow = connect(Number(new URL(server.url).port), '127.0.0.1');
  slow.on('error', () => {});
  slow.write(
    `GET /events/raw?limit=all&from=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${leaving}\r\nConnection: close\r\n\r\n`,
  );
  await once(slow, 'readable');
  const whole = open(staying);
  await server.fetch('/tokens/leaving', { method: 'DELETE', headers: bearer(ops) });
  let received = 0;
  slow.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  await once(slow, 'close');
  expect(received).toBeLessThan(40_000 * 500);
  expect((await whole).split('\n')).toHaveLength(40_001);
});

test('ends a live stream when its token is revoked', async () => {
  const server = await start();
  const ops = await made(server, 'ops', ['admin']);
  const leaving = await made(server, 'leaving', ['read'], ops);
  const stream = await server.fetch('/events/stream', { headers: bearer(leaving) });
  expect(stream.status).toBe(200);
  let isOpen = true;
  const ended = stream
    .text()
    .catch(() => '')
    .then(() => {
      isOpen = false;
    });
  expect(await status(server, '/health', {})).toBe(200);
  expect(isOpen).toBe(true);
  await server.fetch('/tokens/leaving', { method: 'DELETE', headers: bearer(ops) });
  await ended; // without the revocation the stream never ends
});

test('refuses a response that is still being computed when the token is revoked', async () => {
  const server = await start();
  const ops = await made(server, 'ops', ['admin']);
  const leaving = await made(server, 'leaving', ['read'], ops);
  // A query of this store takes until the token is revoked.
  let revoked: () => void = () => {};
  const revocation = new Promise<void>((resolve) => {
    revoked = resolve;
  });
  const store = server.app.store as { types: (typeof server.app.store)['types'] };
  const types = store.types.bind(store);
  const asked = new Promise<void>((resolve) => {
    store.types = async (...args) => {
      resolve();
      await revocation;
      return types(...args);
    };
  });
  const answer = server.fetch('/types', { headers: bearer(leaving) }).then(
    ({ status: told }) => told,
    () => 'cut off',
  );
  await asked;
  expect((await server.fetch('/tokens/leaving', { method: 'DELETE', headers: bearer(ops) })).status).toBe(
    204,
  );
  revoked();
  expect(await answer).toBe('cut off');
});

test('confirms to an admin the revocation of their own token', async () => {
  const server = await start();
  const ops = await made(server, 'ops', ['admin']);
  await made(server, 'other', ['admin'], ops);
  expect((await server.fetch('/tokens/ops', { method: 'DELETE', headers: bearer(ops) })).status).toBe(204);
  expect(await status(server, '/types', bearer(ops))).toBe(401);
});
