// The configurations of docs/proxy.md: the real nginx and haproxy run them in front of the server. Only ports and files are replaced.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import {
  type Certificate,
  createAuthority,
  haproxyProgram,
  hasProgram,
  needs,
  nginxProgram,
  quietPort,
  startProxy,
  temporaryFolder,
  until,
  withHaproxy,
  withNginx,
  withOpenssl,
} from '@anthracite/testing';
import { type Served, serve } from './program';

const secret = 'the-secret-of-the-operators';
const hasOpenssl = hasProgram('openssl', 'version');
const streamModule = '/usr/lib/nginx/modules/ngx_stream_module.so';
const withTlsOfHaproxy = hasOpenssl ? withHaproxy : withOpenssl;
const withTlsOfNginx = hasOpenssl ? withNginx : withOpenssl;
const withStream = hasOpenssl ? needs("nginx's module stream", existsSync(streamModule)) : withOpenssl;

const folder = temporaryFolder();
const pem = join(folder, 'events.pem');
let ca: string;
let own: Certificate;
let sender: Certificate;

beforeAll(() => {
  if (!hasOpenssl) return;
  const authority = createAuthority('ours');
  [own, sender] = [authority.issue('proxy'), authority.issue('sender')];
  ca = authority.certificate;
  writeFileSync(pem, readFileSync(own.certificate, 'utf8') + readFileSync(own.key, 'utf8'));
});

// Indented, and separated by text without indentation.
const page = readFileSync(join(__dirname, '../../../docs/proxy.md'), 'utf8');
const configurations = page.split(/^(?=\S).*$/m).flatMap((block) => block.split(/^(?= {4}#)/m));

/** The documented configuration that contains all texts, with the ports and files of the test. */
function documented(texts: readonly string[], replaced: readonly (readonly [string, string])[]): string {
  const found = configurations.find((one) => texts.every((text) => one.includes(text)));
  if (found === undefined) throw new Error(`docs/proxy.md has no configuration with ${texts}`);
  const files: readonly (readonly [string, string])[] = [
    ['/etc/haproxy/events.pem', pem],
    ['/etc/ssl/events.pem', own.certificate],
    ['/etc/ssl/events.key', own.key],
  ];
  let text = found.replace(/^ {4}/gm, '');
  for (const [from, to] of [...files, ...replaced]) {
    // Nothing is replaced in configurations of the other proxy.
    if (!files.some(([file]) => file === from)) expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return text;
}

async function startHaproxy(text: string, port: number): Promise<void> {
  const file = join(temporaryFolder(), 'haproxy.cfg');
  writeFileSync(file, `defaults\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n${text}`);
  await startProxy(haproxyProgram, ['-db', '-f', file], port);
}

async function startNginx(text: string, port: number, modules = ''): Promise<void> {
  const place = temporaryFolder();
  const file = join(place, 'nginx.conf');
  const head = `${modules}daemon off; master_process off; pid ${place}/pid; error_log stderr; events {}\n`;
  writeFileSync(file, head + text);
  await startProxy(nginxProgram, ['-p', place, '-c', file, '-e', 'stderr'], port);
}

const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
  (name) => `${name}_temp_path ${folder}/${name};`,
);
const http = (block: string): string => `http { access_log off; ${paths.join(' ')}\n${block}\n}\n`;

interface Site {
  readonly server: Served;
  readonly port: number;
}

/** A server with a token, behind a proxy that ends TLS on a port. */
async function startSite(begin: (server: Served, port: number) => Promise<void>): Promise<Site> {
  const port = await quietPort();
  const args = ['--public-url', `https://localhost:${port}`, '--trusted-proxies', '127.0.0.1'];
  const server = await serve(join(temporaryFolder(), 'anthracite.db'), args, {
    env: { ANTHRACITE_TOKENS: `ops:admin:${secret}`, ANTHRACITE_READ_ACCESS: 'open' },
  });
  await begin(server, port);
  return { server, port };
}

function ask(
  { port }: Site,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const options = { port, host: 'localhost', path, method, headers, ca: readFileSync(ca), agent: false };
    request(options, resolve).on('error', reject).end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  return text;
}

const authorization = { authorization: `Bearer ${secret}` };

async function checkSite(site: Site): Promise<void> {
  const url = `https://localhost:${site.port}`;
  const start = await ask(site, '/');
  expect(start.statusCode).toBe(302);
  const table = await ask(site, new URL(String(start.headers.location), url).pathname);
  expect((await textOf(table)).toLowerCase()).toContain('<!doctype html>');

  // A live stream gets events at once, although a proxy is between.
  const stream = (await ask(site, '/events/stream')).setEncoding('utf8');
  let heard = '';
  stream.on('data', (text: string) => {
    heard += text;
  });
  const body = JSON.stringify({ type: 'deploy_shop', description: 'through the proxy' });
  const json = { 'content-type': 'application/json' };
  expect((await ask(site, '/events', { headers: json, body })).statusCode).toBe(401);
  const stored = await ask(site, '/events', { headers: { ...json, ...authorization }, body });
  expect(stored.statusCode).toBe(201);
  await until(() => heard.includes('through the proxy'), 'the stream hears the event');
  stream.destroy();

  // Forms of the pages, from their own origin only; the cookie is for HTTPS only.
  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
  const signIn = (origin: string): Promise<IncomingMessage> =>
    ask(site, '/sign-in', { headers: { ...form, origin }, body: `token=${secret}` });
  expect((await signIn('https://elsewhere.example')).statusCode).toBe(403);
  const signedIn = await signIn(url);
  expect(signedIn.statusCode).toBe(303);
  expect(String(signedIn.headers['set-cookie'])).toMatch(/; Secure/);

  const feed = await textOf(await ask(site, '/events/atom'));
  expect(feed).toContain(`href="${url}/`);
  expect(feed).not.toContain('http://localhost');
}

withTlsOfNginx('ends TLS at nginx, for pages, forms, streams and feeds', async () => {
  const site = await startSite((server, port) =>
    startNginx(
      http(
        documented(
          ['server_name', 'proxy_buffering'],
          [
            ['listen 443', `listen 127.0.0.1:${port}`],
            ['127.0.0.1:2006', `127.0.0.1:${server.httpPort}`],
          ],
        ),
      ),
      port,
    ),
  );
  await checkSite(site);
});

withTlsOfHaproxy('ends TLS at haproxy, for pages, forms, streams and feeds', async () => {
  const site = await startSite((server, port) =>
    startHaproxy(
      documented(
        ['frontend pages'],
        [
          ['bind :443', `bind 127.0.0.1:${port}`],
          ['127.0.0.1:2006', `127.0.0.1:${server.httpPort}`],
        ],
      ),
      port,
    ),
  );
  await checkSite(site);
});

/** Sends a line over TLS, from an address of this machine; resolves with the answer, or the code of an error. */
function sendOver(port: number, from: string, certificate?: Certificate): Promise<string> {
  return new Promise((resolve) => {
    const client = certificate && {
      cert: readFileSync(certificate.certificate),
      key: readFileSync(certificate.key),
    };
    let answer = '';
    connect({
      ...{ port, host: '127.0.0.1', servername: 'localhost', localAddress: from, ca: readFileSync(ca) },
      ...client,
    })
      .on('error', ({ code = '' }: NodeJS.ErrnoException) => {
        answer ||= code;
      })
      .on('data', (piece) => {
        answer += piece;
      })
      .on('close', () => resolve(answer))
      .end('1467844481 deploy_shop over TLS\n');
  });
}

const stored = 'ok stored=1 duplicate=0 rejected=0\n';

// The proxy is trusted, and lines are allowed from 127.0.0.2 only: the address of the sender must arrive.
const onlyFrom = ['--tcp-proxies', '127.0.0.1', '--tcp-allow', '127.0.0.2'];

withTlsOfHaproxy('ends TLS for lines at haproxy, and passes the address of the sender on', async () => {
  const server = await serve(join(temporaryFolder(), 'anthracite.db'), onlyFrom);
  const port = await quietPort();
  const ports = [
    [':2007', `127.0.0.1:${port}`],
    ['127.0.0.1:2005', `127.0.0.1:${server.tcpPort}`],
  ] as const;
  await startHaproxy(documented(['listen lines', 'ssl crt'], ports), port);
  expect(await sendOver(port, '127.0.0.3')).not.toContain('ok');
  expect(await sendOver(port, '127.0.0.2')).toBe(stored);
});

withStream('ends TLS for lines at nginx, and passes the address of the sender on', async () => {
  const server = await serve(join(temporaryFolder(), 'anthracite.db'), onlyFrom);
  const port = await quietPort();
  const ports = [
    ['listen 2007', `listen 127.0.0.1:${port}`],
    ['127.0.0.1:2005', `127.0.0.1:${server.tcpPort}`],
  ] as const;
  await startNginx(documented(['stream {'], ports), port, `load_module ${streamModule};\n`);
  expect(await sendOver(port, '127.0.0.3')).not.toContain('ok');
  expect(await sendOver(port, '127.0.0.2')).toBe(stored);
});

withTlsOfHaproxy(
  'passes TLS through haproxy, and the server checks the certificates of senders',
  async () => {
    const tls = ['--tcp-tls', '127.0.0.1:0', '--tls-certificate', own.certificate, '--tls-key', own.key];
    const server = await serve(join(temporaryFolder(), 'anthracite.db'), [
      ...onlyFrom,
      ...tls,
      ...['--tcp-tls-client-ca', ca],
    ]);
    const target = /lines over TLS on 127\.0\.0\.1:(\d+)/.exec(server.readyLine)?.[1];
    const port = await quietPort();
    const ports = [
      [':2007', `127.0.0.1:${port}`],
      ['127.0.0.1:2008', `127.0.0.1:${target}`],
    ] as const;
    await startHaproxy(documented(['listen lines', '127.0.0.1:2008'], ports), port);
    expect(await sendOver(port, '127.0.0.2')).not.toContain('ok');
    expect(await sendOver(port, '127.0.0.3', sender)).not.toContain('ok');
    expect(await sendOver(port, '127.0.0.2', sender)).toBe(stored);
  },
);
