// The forms of the pages with a real nginx in front, in common configurations.

import { hasProgram, nginxProgram, withNginx } from '@anthracite/testing';
import type { Page, Response } from 'playwright-core';
import { startNginx } from '../proxies';
import { start, type TestServer } from '../start';
import { inBrowser, openTab, openWindow, reboundName } from './browser';

const inBrowserBehindNginx = hasProgram(nginxProgram, '-v') ? inBrowser : withNginx;

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'allowed-hosts': reboundName });
});

/** Adds an event with the form of a page, and resolves with the response. */
async function addByForm(page: Page, description: string): Promise<Response> {
  await page.fill('[name=type]', 'deploy');
  await page.fill('[name=description]', description);
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.request().method() === 'POST'),
    page.click('main button[type=submit]:not([name=preview])'),
  ]);
  return response;
}

async function openForm(host: string, port: number): Promise<Page> {
  const origin = `http://${host}:${port}`;
  return openTab(await openWindow(origin), `${origin}/add`);
}

inBrowserBehindNginx("adds an event from a browser on this machine with nginx's defaults", async () => {
  const page = await openForm('127.0.0.1', await startNginx(server.url));
  expect((await addByForm(page, 'by 127.0.0.1')).status()).toBe(303);
});

inBrowserBehindNginx(
  "names the header to pass on when nginx's defaults and a host name are used",
  async () => {
    const port = await startNginx(server.url);
    const page = await openForm(reboundName, port);
    const response = await addByForm(page, 'by a name');
    expect(response.status()).toBe(403);
    const text = (await page.textContent('body')) ?? '';
    expect(text).toContain(`http://${reboundName}:${port}`);
    expect(text).toContain(new URL(server.url).host);
    expect(text).toContain('proxy_set_header Host $http_host;');
  },
);

inBrowserBehindNginx('adds an event with the header that the refusal names', async () => {
  const port = await startNginx(server.url, 'proxy_set_header Host $http_host;');
  const page = await openForm(reboundName, port);
  expect((await addByForm(page, 'by a name that is passed on')).status()).toBe(303);
});
