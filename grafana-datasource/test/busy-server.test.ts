// A server without a free place: the plugin waits for a place instead of failing the panel.

import { connect } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { serve } from '../../cli/dist/test/program';
import { temporaryFolder, until } from '../../testing/dist/src';
import { Client } from '../src/request/client';
import { createProxy, proxyUrl } from './grafana-proxy';

test('repeats a request without a place until it is answered', async () => {
  const one = ['--max-http-connections-per-address', '1'];
  const server = await serve(`${temporaryFolder()}/events.db`, one);
  const holder = connect({ port: server.httpPort, host: '127.0.0.1' });
  holder.on('error', () => {});
  holder.write('GET /events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await new Promise((resolve) => holder.once('data', resolve));
  const proxy = createProxy(server.url);
  const answer = firstValueFrom(new Client(proxyUrl, () => proxy as never).get('types', {}));
  await until(() => proxy.asked.length === 1, 'it is refused');
  await until(() => server.log().includes('ADDRESS_TOO_BUSY'), 'the refusal is logged');
  holder.destroy();
  expect(await answer).toEqual({ types: [], truncated: false });
  expect(proxy.asked.length).toBeGreaterThan(1);
});
