// A page of another site can make the browser change nothing, and can read nothing.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@anthracite/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { start, type TestServer } from '../start';
import { inBrowser, openPage, openTab, openWindow, reboundName } from './browser';

const secret = 'the-long-secret-of-the-operator';
let site: Server;
let origin: string;
let open: TestServer;
let closed: TestServer;
beforeAll(async () => {
  site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><link rel="icon" href="data:,"><title>Elsewhere</title>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  // Another site by its host name: a site does not depend on the port.
  origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  open = await start();
  closed = await start({}, Date.now, { ANTHRACITE_TOKENS: `ops:admin:${secret}` });
  for (const server of [open, closed]) {
    await server.send(
      '1500000000 incident_sev1_start the first\n1500000001 deploy the second\nno line at all\n',
    );
    await server.fetch('/events/2', { method: 'DELETE', headers: { authorization: `Bearer ${secret}` } });
  }
});
afterAll(() => {
  site.closeAllConnections();
  site.close();
});

/** Everything that requests could change. */
async function stateOf({ app: { store } }: TestServer): Promise<unknown> {
  const { events, rejects } = await store.statistics();
  const tokens = await store.tokens.all();
  return { events, rejects, position: await store.position(), tokens: tokens.length };
}

const both = [
  ['that is open', () => open],
  ['that somebody is signed in to', () => closed],
] as const;

/** A page of the other site, in a browser that is signed in where tokens exist. */
async function elsewhere(server: TestServer): Promise<{ context: BrowserContext; page: Page }> {
  const alsoCalls = [server.url, `http://127.0.0.1:${server.tcpPort}`, `ws://127.0.0.1:${server.tcpPort}`];
  const context = await openWindow(origin, { alsoCalls, expectsRefusals: true });
  if (server === closed) {
    const page = await openTab(context, `${server.url}/sign-in`);
    await page.fill('input[name=token]', secret);
    await Promise.all([page.waitForURL(/\/events\//), page.keyboard.press('Enter')]);
    await page.close();
  }
  return { context, page: await openTab(context, `${origin}/`) };
}

const changing = [
  ['/events', '{"type":"evil","description":"x"}'],
  ['/events/', '{"what":"evil","tags":"evil"}'],
  ['/events', '1500000000 evil by a form'],
  ['/events/delete', 'type=*'],
  ['/events/1', ''],
  ['/events/1/edit', 'description=evil&type=evil'],
  ['/events/1/delete', ''],
  ['/events/2/restore', ''],
  ['/spans/1/mark', 'mark=resolved'],
  ['/spans/1/undo', 'event=1'],
  ['/spans/1/reopen', ''],
  ['/declare', 'title=evil'],
  ['/add', 'type=evil&description=evil'],
  ['/rejects', '1500000000 evil'],
  ['/rejects/1/delete', ''],
  ['/rejects/1/resubmit', '{"line":"1500000000 evil x"}'],
  ['/puppet/reports', '{}'],
  ['/chef/data-collector', '{}'],
  ['/tokens', '{"name":"evil","roles":["admin"]}'],
  ['/sign-out', ''],
] as const;

inBrowser.each(both)('changes nothing for forms of a foreign page on a server %s', async (_name, of) => {
  const server = of();
  const before = await stateOf(server);
  const { context, page } = await elsewhere(server);
  for (const [path, body] of changing) {
    for (const enctype of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
      const answered = context.waitForEvent('response', (response) => response.request().method() === 'POST');
      await page.evaluate(
        ([action, type, text]) => {
          const form = document.createElement('form');
          form.method = 'post';
          form.action = action as string;
          form.enctype = type as string;
          form.target = '_blank';
          // As text/plain the body is the name, "=" and the value: a name can contain nearly all of it.
          for (const pair of (text as string).split('&')) {
            const input = document.createElement('input');
            [input.name = 'x', input.value = ''] = pair.split(/=(.*)/s);
            form.append(input);
          }
          document.body.append(form);
          form.submit();
        },
        [server.url + path, enctype, body],
      );
      const { status } = { status: (await answered).status() };
      expect([path, enctype, [401, 403, 404, 405].includes(status)]).toEqual([path, enctype, true]);
    }
  }
  expect(await stateOf(server)).toEqual(before);
  if (server === closed) expect(await isSignedIn(context, server)).toBe(true);
});

async function isSignedIn(context: BrowserContext, server: TestServer): Promise<boolean> {
  const page = await openTab(context, `${server.url}/events/`);
  return (await page.getByText('Sign out').count()) === 1;
}

inBrowser.each(both)(
  'accepts and shows nothing for scripts of a foreign page on a server %s',
  async (_name, of) => {
    const server = of();
    const before = await stateOf(server);
    const { page } = await elsewhere(server);
    for (const [path, body] of changing) {
      const outcome = await page.evaluate(
        async ([address, text]) => {
          const send = (init: RequestInit): Promise<string> =>
            fetch(address as string, { credentials: 'include', ...init }).then(
              async (response) => `${response.type} ${await response.text()}`,
              () => 'refused',
            );
          return [
            await send({ method: 'POST', body: text as string, mode: 'no-cors' }),
            await send({
              method: 'POST',
              body: text as string,
              headers: { 'content-type': 'application/json' },
            }),
            await send({ method: 'DELETE' }),
            await send({ method: 'PATCH', body: text as string }),
            await send({}),
          ];
        },
        [server.url + path, body],
      );
      expect([path, outcome]).toEqual([path, ['opaque ', 'refused', 'refused', 'refused', 'refused']]);
    }
    expect(await stateOf(server)).toEqual(before);
  },
);

inBrowser.each(both)('changes nothing for a GET on a server %s', async (_name, of) => {
  const server = of();
  const before = await stateOf(server);
  const { page } = await elsewhere(server);
  const paths = server.app.http.routes
    .filter(({ methods, url }) => methods.includes('GET') && !url.endsWith('/stream'))
    .map(({ url }) => url.replace(':id', '1').replace(':name', 'ops'));
  expect(paths.length).toBeGreaterThan(30);
  for (const path of paths) {
    // Also for requests from the same site: even then a GET changes nothing.
    await server.fetch(path, { headers: { authorization: `Bearer ${secret}`, accept: 'text/html' } });
    await page.evaluate(
      (address) => fetch(address, { mode: 'no-cors', credentials: 'include' }).then(() => null),
      server.url + path,
    );
  }
  expect(await stateOf(server)).toEqual(before);
});

inBrowser('serves JSONP when reading is open, but not to a user who is only signed in', async () => {
  for (const [server, expected] of [
    [open, 'read'],
    [closed, 'refused'],
  ] as const) {
    const { page } = await elsewhere(server);
    const outcome = await page.evaluate(
      (source) =>
        new Promise<string>((resolve) => {
          Object.assign(window, { steal: () => resolve('read') });
          const script = document.createElement('script');
          script.src = source;
          script.onerror = () => resolve('refused');
          document.head.append(script);
        }),
      `${server.url}/events/jsonp?callback=steal`,
    );
    expect(outcome).toBe(expected);
  }
});

inBrowser('shows no stream to another site', async () => {
  const { page } = await elsewhere(open);
  const outcome = await page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const stream = new EventSource(address);
        stream.onerror = () => resolve('refused');
        stream.onopen = () => resolve('open');
      }),
    `${open.url}/events/stream`,
  );
  expect(outcome).toBe('refused');
});

inBrowser("stores nothing of a browser's requests to the line port", async () => {
  const before = await stateOf(open);
  const { page } = await elsewhere(open);
  const port = `127.0.0.1:${open.tcpPort}`;
  const socket = await page.evaluate(async (address) => {
    const body = '\n1500000000 evil from a browser\n'.repeat(100);
    // The response of the port, if any, is not HTTP.
    const send = (init: RequestInit, path = ''): Promise<unknown> =>
      fetch(`http://${address}/${path}`, { mode: 'no-cors', ...init }).catch(() => null);
    const socket = await new Promise<string>((resolve) => {
      const made = new WebSocket(`ws://${address}/`);
      made.onerror = () => resolve('closed');
      made.onopen = () => resolve('open');
    });
    const form = new FormData();
    form.append('x', body);
    for (const init of [{ body }, { body: form }, { body: new Blob([body]) }]) {
      await send({ method: 'POST', ...init });
      for (const letters of [8_192, 60_000, 200_000]) {
        await send({ method: 'POST', ...init }, 'a'.repeat(letters));
      }
    }
    await send({});
    return socket;
  }, port);
  expect(socket).toBe('closed');
  expect(await stateOf(open)).toEqual(before);
});

inBrowser(
  'stores nothing for a page with a name that resolves to the line port, whatever its method',
  async () => {
    const before = await stateOf(open);
    const rebound = `http://${reboundName}:${open.tcpPort}`;
    const context = await openWindow(rebound, { expectsRefusals: true });
    // The page comes from a separate server; then its name resolves to this machine.
    await context.route(`${rebound}/page`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><link rel="icon" href="data:,">' }),
    );
    const page = await openTab(context, `${rebound}/page`);
    await page.evaluate(async () => {
      const body = '\n1500000000 evil from a browser\n'.repeat(100);
      for (const method of ['1500000000', '#', 'post', 'POST', 'evil', 'x'.repeat(70_000)]) {
        for (const path of ['/evil', `/${'a'.repeat(70_000)}`]) {
          await fetch(path, { method, body, headers: { '1500000000': 'evil x' } }).catch(() => null);
        }
      }
    });
    expect(await stateOf(open)).toMatchObject({ events: (before as { events: number }).events });
  },
);

inBrowser('shows and changes nothing for a page with a name that resolves to the server', async () => {
  const before = await stateOf(open);
  const rebound = `http://${reboundName}:${new URL(open.url).port}`;
  const context = await openWindow(rebound, { expectsRefusals: true });
  // The page comes from a separate server; then its name resolves to this machine.
  await context.route(`${rebound}/page`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><link rel="icon" href="data:,">' }),
  );
  const page = await openTab(context, `${rebound}/page`);
  const paths = [...new Set(open.app.http.routes.map(({ url }) => url.replace(/:\w+/, '1')))];
  const answers = await page.evaluate(
    (all) =>
      Promise.all(
        all.flatMap((path) =>
          ['GET', 'POST', 'PATCH', 'DELETE'].map(async (method) => {
            const body = method === 'GET' ? null : '{"type":"evil","description":"x"}';
            const response = await fetch(path, { method, body });
            return { path, method, status: response.status, text: await response.text() };
          }),
        ),
      ),
    paths,
  );
  expect(answers.length).toBeGreaterThan(200);
  expect(answers.filter(({ status }) => status !== 421)).toEqual([]);
  expect(answers.filter(({ text }) => /the first|the second|no line at all/.test(text))).toEqual([]);
  expect(await stateOf(open)).toEqual(before);
});

inBrowser('answers a foreign name that resolves to the server with a page and the reason', async () => {
  const rebound = `http://${reboundName}:${new URL(open.url).port}`;
  const page = await openTab(await openWindow(rebound, { expectsRefusals: true }), `${rebound}/events/`);
  await until(async () => ((await page.textContent('body')) ?? '').includes('allowed-hosts'), 'it says why');
  // By its address the server answers as usual.
  await openPage(open, '/events/');
});
