// A page that makes its own name lead to the server's address gets nothing from it.

import { request } from 'node:http';
import { start, type TestServer } from '../start';

function ask(server: TestServer, host: string, path = '/health'): Promise<number> {
  return new Promise((resolve, reject) => {
    request(server.url + path, { headers: { host } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'allowed-hosts': 'events.example.com,events' });
});

test.each([
  ['events.example.com', 200],
  ['Events.Example.COM:2006', 200],
  ['events', 200],
  ['localhost:2006', 200],
  ['127.0.0.1:2006', 200],
  ['192.0.2.7', 200],
  ['[2001:db8::1]:2006', 200],
  ['evil.example.com', 421],
  ['events.example.com.evil.com', 421],
  ['events@evil.com', 421],
  ['127.0.0.1.evil.com', 421],
])('a Host of %p is answered with %d', async (host, status) => {
  expect(await ask(server, host)).toBe(status);
});

test('whatever the path', async () => {
  for (const path of ['/', '/nowhere', '/events/json', '/tokens']) {
    expect(await ask(server, 'evil.example.com', path)).toBe(421);
  }
});

test('without a list every name will do', async () => {
  expect(await ask(await start(), 'anything.example.com')).toBe(200);
});
