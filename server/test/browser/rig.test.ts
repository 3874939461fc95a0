// Proves that the browser tests notice pages that misbehave.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';
import { inBrowser, openPage, openTab, openWindow, takeFaults } from './browser';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

inBrowser('reports no fault on an error page', async () => {
  const page = await openPage(server, '/nowhere');
  expect(await page.title()).toBe('Not Found - Anthracite');
});

inBrowser('reports each fault of a page that misbehaves', async () => {
  const policy = "default-src 'self'; script-src 'nonce-a'";
  const bad = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    response.end(`<link rel="icon" href="data:,"><p style="color: red" onclick="alert(1)"><img src="http://elsewhere.example/">
      <script>alert('inline')</script>
      <script nonce="a">console.error('complains'); alert('hello'); throw new Error('thrown')</script>`);
  });
  await new Promise<void>((resolve) => bad.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(bad.address() as AddressInfo).port}`;
  await openTab(await openWindow(origin), `${origin}/`);
  const expected = [
    'console: complains',
    'dialog: alert hello',
    'page error: Error: thrown',
    'policy: script-src-elem inline',
    'policy: style-src-attr inline',
    'request: GET http://elsewhere.example/',
  ];
  let seen = '';
  await until(() => {
    seen += takeFaults().join('\n');
    return expected.every((part) => seen.includes(part));
  }, 'all is noticed');
  bad.closeAllConnections();
  bad.close();
});
