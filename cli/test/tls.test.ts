// HTTP and lines over TLS, with real clients: certificates that are right, of another authority, expired or missing, and new
// certificates at SIGHUP.

import { copyFileSync, readFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import {
  type Authority,
  atEnd,
  type Certificate,
  createAuthority,
  type Ended,
  exchange,
  hasProgram,
  needs,
  runProgram,
  temporaryFolder,
  until,
  withOpenssl,
} from '@anthracite/testing';
import { run, type Served, serve } from './program';

const withCurl = hasProgram('openssl', 'version')
  ? needs('curl', hasProgram('curl', '--version'))
  : withOpenssl;
const withRuby = hasProgram('openssl', 'version')
  ? needs('ruby', hasProgram('ruby', '--version'))
  : withOpenssl;
const gem = join(__dirname, '../../../chef-handler/gem/lib/chef_handler/anthracite');

interface Secure {
  readonly server: Served;
  readonly folder: string;
  readonly https: number;
  readonly tcpTls: number;
}

let ours: Authority;
let other: Authority;
let valid: Certificate;

beforeAll(() => {
  if (!hasProgram('openssl', 'version')) return;
  ours = createAuthority('ours');
  other = createAuthority('other');
  valid = ours.issue('server');
});

async function start(
  { certificate, key }: Certificate,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Secure> {
  const folder = temporaryFolder();
  const own = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  copyFileSync(certificate, own.certificate);
  copyFileSync(key, own.key);
  const tls = ['--https', '127.0.0.1:0', '--tcp-tls', '127.0.0.1:0'];
  const files = ['--tls-certificate', own.certificate, '--tls-key', own.key];
  const server = await serve(join(folder, 'anthracite.db'), [...tls, ...files, ...args], { env });
  const portOf = (what: string): number =>
    Number(new RegExp(`${what} on 127\\.0\\.0\\.1:(\\d+)`).exec(server.readyLine)?.[1]);
  return { server, folder, https: portOf('HTTPS'), tcpTls: portOf('lines over TLS') };
}

const curl = (port: number, ca: string, ...args: string[]): Promise<Ended> =>
  runProgram('curl', ['-sS', '--cacert', ca, ...args, `https://localhost:${port}/healthz`]);

/** Lines over TLS with openssl, which waits for the answer. */
function openssl(port: number, ca: string, lines: string, ...args: string[]): Promise<Ended> {
  const where = ['-connect', `127.0.0.1:${port}`, '-CAfile', ca, '-verify_return_error'];
  return runProgram('openssl', ['s_client', '-quiet', '-no_ign_eof', ...where, ...args], { input: lines });
}

/** Lines over a TLS socket, and the complete answer; the code of the error instead if there is one. */
function sendOver(
  port: number,
  lines: string,
  options: Readonly<Record<string, unknown>> = {},
  head = '',
): Promise<string> {
  return new Promise((resolve) => {
    const plain = connectPlain({ port, host: '127.0.0.1' });
    plain.on('error', () => {});
    plain.write(head);
    const socket = connect({
      socket: plain,
      servername: 'localhost',
      ca: readFileSync(ours.certificate),
      ...options,
    });
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      answer ||= code;
    });
    socket.on('close', () => resolve(answer));
    socket.end(lines);
  });
}

const countOf = async ({ server }: Secure, type: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/events/raw?limit=all&from=0&type=${type}`)).text();
  return text === '' ? 0 : text.trimEnd().split('\n').length;
};

withCurl('serves curl over TLS 1.2 and 1.3, and refuses older versions and foreign authorities', async () => {
  const { server, https } = await start(valid);
  expect(await curl(https, ours.certificate)).toMatchObject({ exitCode: 0, stdout: 'ok\n' });
  expect(await curl(https, ours.certificate, '--tls-max', '1.2')).toMatchObject({ exitCode: 0 });
  expect((await curl(https, ours.certificate, '--tls-max', '1.1')).exitCode).toBe(35);
  expect((await curl(https, other.certificate)).exitCode).toBe(60);
  // The same server without TLS, and TLS without TLS.
  expect(await (await fetch(`${server.url}/healthz`)).text()).toBe('ok\n');
  expect((await runProgram('curl', ['-sS', `http://localhost:${https}/healthz`])).exitCode).not.toBe(0);
  expect(await curl(https, ours.certificate)).toMatchObject({ exitCode: 0 });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const expires = Number(/^anthracite_tls_certificate_expires_timestamp_seconds (\S+)$/m.exec(metrics)?.[1]);
  expect(expires * 1_000 - Date.now()).toBeGreaterThan(29 * 86_400_000);
});

withCurl('starts with an expired certificate, warns, and clients refuse it', async () => {
  const { server, https } = await start(ours.issue('expired', -1));
  await until(() => server.log().includes('the certificate of the server has expired'), 'a warning');
  expect((await curl(https, ours.certificate)).exitCode).toBe(60);
});

withOpenssl('takes lines of openssl and of the command, and refuses lines without TLS', async () => {
  const secure = await start(valid);
  const { tcpTls } = secure;
  const sent = await openssl(tcpTls, ours.certificate, '1 by_openssl a\n2 by_openssl b\n');
  expect(sent.exitCode).toBe(0);
  await until(async () => (await countOf(secure, 'by_openssl')) === 2, 'the lines are stored');
  expect(await sendOver(tcpTls, '3 half_closed c\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');

  const send = (ca: string, ...more: string[]): Promise<Ended> =>
    run(['send', 'by_command', 'x', '--tcp', `tls://localhost:${tcpTls}`, '--ca-file', ca, ...more]);
  expect(await send(ours.certificate)).toMatchObject({ exitCode: 0 });
  expect(await countOf(secure, 'by_command')).toBe(1);
  const refused = await send(other.certificate, '--no-spool');
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER/);

  expect((await openssl(tcpTls, other.certificate, '4 foreign d\n')).exitCode).not.toBe(0);
  expect(await exchange(tcpTls, '5 plain e\n')).toBe('');
  expect(await exchange(secure.server.tcpPort, Buffer.from('160301', 'hex'))).toContain(
    'the setting tcp-tls',
  );
  for (const type of ['foreign', 'plain']) expect(await countOf(secure, type)).toBe(0);
  const metrics = await (await fetch(`${secure.server.url}/metrics`)).text();
  expect(metrics).toMatch(/^anthracite_tcp_connections_refused_total\{reason="tls"\} [1-9]/m);
  expect(metrics).toMatch(/^anthracite_tcp_connections 0$/m);
});

withOpenssl('answers the command over HTTPS with its authority, and not with another', async () => {
  const { https } = await start(valid);
  const ask = (ca: string): Promise<Ended> =>
    run(['list', '--json'], {
      env: { ANTHRACITE_URL: `https://localhost:${https}`, ANTHRACITE_CA_FILE: ca },
    });
  const sent = await run(['send', 'over_https', 'x', '--server', `https://localhost:${https}`], {
    env: { ANTHRACITE_CA_FILE: ours.certificate },
  });
  expect(sent.exitCode).toBe(0);
  expect((await ask(ours.certificate)).stdout).toContain('"over_https"');
  const refused = await ask(other.certificate);
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toContain('no answer from');
  const wrong = await ask(valid.key);
  expect(wrong).toMatchObject({ exitCode: 2 });
  expect(wrong.stderr).toContain('has no certificate in PEM');
});

withRuby('takes lines of the Ruby handlers with their ca_file, and not with another', async () => {
  const secure = await start(valid);
  const script = `
    require '${gem}/sender'
    api = ChefHandler::Anthracite::HttpApi.new(ARGV[0], nil, 5, 5, ca_file: ARGV[1])
    puts api.send_lines(['1 by_ruby x']).first`;
  const send = (ca: string): Promise<Ended> =>
    runProgram('ruby', ['-e', script, `https://localhost:${secure.https}`, ca]);
  expect(await send(ours.certificate)).toMatchObject({ exitCode: 0, stdout: '0\n' });
  expect((await send(other.certificate)).stderr).toContain('certificate verify failed');
  expect(await countOf(secure, 'by_ruby')).toBe(1);
});

withOpenssl('lets senders in by their certificate, when writing needs a token', async () => {
  const secure = await start(valid, ['--tcp-tls-client-ca', ours.certificate, '--tcp-proxies', '127.0.0.1'], {
    ANTHRACITE_TOKENS: 'ops:admin:a-secret-of-the-test reader:read:another-secret-of-tests',
  });
  const { tcpTls, server } = secure;
  const from = 'PROXY TCP4 203.0.113.5 127.0.0.1 4711 2005\r\n';
  const as = ({ certificate, key }: Certificate) => ({
    cert: readFileSync(certificate),
    key: readFileSync(key),
  });
  expect(await sendOver(tcpTls, '1 a x\n', as(ours.issue('sender')), from)).toBe(
    'ok stored=1 duplicate=0 rejected=0\n',
  );
  // With TLS 1.3, the client learns of the refusal after its own part of the handshake.
  for (const [name, options] of [
    ['missing', {}],
    ['of another authority', as(other.issue('sender'))],
    ['expired', as(ours.issue('expired', -1))],
  ] as const) {
    expect([name, await sendOver(tcpTls, '2 b x\n', options, from)]).toEqual([
      name,
      expect.stringMatching(/^(ERR_SSL_.*|ECONNRESET|EPIPE|)$/),
    ]);
  }
  // The same sender without a certificate, on the port without TLS.
  expect(await exchange(server.tcpPort, `${from}3 c x\n`)).toContain('writing needs a token');
  const stored = await fetch(`${server.url}/events/raw?limit=all&from=0`, {
    headers: { authorization: 'Bearer another-secret-of-tests' },
  });
  expect(await stored.text()).toMatch(/^1 a \S+\n$/);
});

withOpenssl('uses new certificates after SIGHUP, and keeps open connections', async () => {
  const { server, folder, https, tcpTls } = await start(valid);
  const open = (port: number): Promise<TLSSocket> =>
    new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: readFileSync(ours.certificate),
      });
      socket.on('secureConnect', () => resolve(socket)).on('error', reject);
      atEnd(() => socket.destroy());
    });
  const nameOf = (socket: TLSSocket): unknown => socket.getPeerCertificate().subject.CN;
  const [stream, lines] = [await open(https), await open(tcpTls)];
  let streamed = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    streamed += text;
  });
  stream.write('GET /events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until(() => streamed.includes('200 OK'), 'the stream is open');
  lines.write('1 before x\n');

  const next = ours.issue('next');
  const reload = async (certificate: string, key: string, told: string): Promise<void> => {
    copyFileSync(certificate, join(folder, 'server.pem'));
    copyFileSync(key, join(folder, 'server.key'));
    const before = server.log().split(told).length;
    server.kill('SIGHUP');
    await until(() => server.log().split(told).length > before, told);
  };
  await reload(next.certificate, next.key, 'read the files of tokens, certificates and hooks again');
  for (const port of [https, tcpTls]) expect(nameOf(await open(port))).toBe('next');
  // A key that does not fit changes nothing.
  await reload(valid.certificate, next.key, 'cannot read the files of tokens, certificates and hooks again');
  for (const port of [https, tcpTls]) expect(nameOf(await open(port))).toBe('next');

  let answer = '';
  lines.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  lines.end('2 after x\n');
  await until(() => answer !== '', 'the sender of lines gets its answer');
  expect(answer).toBe('ok stored=2 duplicate=0 rejected=0\n');
  await until(() => streamed.includes('after'), 'the stream continues');
  expect(await server.stop()).toBe(0);
});

withOpenssl.each([
  [['--https', '127.0.0.1:0'], 'https needs the setting tls-certificate: a PEM file'],
  [
    ['--tcp-tls', '127.0.0.1:0', '--tls-certificate', 'none.pem'],
    'tcp-tls needs the setting tls-key: a PEM file',
  ],
  [
    ['--https', '127.0.0.1:0', '--tls-certificate', 'none.pem', '--tls-key', 'none.key'],
    'tls-certificate: the file none.pem cannot be read',
  ],
])('does not start with %j', async (args, told) => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const { exitCode, stderr } = await run(['serve', '--database', database, ...args]);
  expect(stderr).toContain(told);
  expect(exitCode).toBe(2);
});
