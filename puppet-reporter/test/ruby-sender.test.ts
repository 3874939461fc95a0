// The sender of the Ruby module against servers that are down, hang, refuse, fail and send wrong answers: lines arrive or wait on disk.

import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { hasProgram, needs, quietPort, runProgram, temporaryFolder } from '@anthracite/testing';
import { packageFolder } from './golden';

const rubyTest = needs('ruby', hasProgram('ruby', '-v'));
const open = new Set<Server>();
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open) server.close();
  open.clear();
});

async function listen(server: Server): Promise<number> {
  open.add(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A line port that answers with `answer` and stores received lines; null sends no answer. */
async function linePort(answer: string | null): Promise<{ port: number; received: string[] }> {
  const received: string[] = [];
  const port = await listen(
    createServer({ allowHalfOpen: true }, (socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      socket.on('end', () => {
        received.push(text);
        if (answer !== null) socket.end(answer);
      });
    }),
  );
  return { port, received };
}

async function httpPort(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => answer(request, response, body));
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

interface Delivered {
  readonly outcomes: readonly string[];
  readonly log: readonly string[];
}

async function deliver(
  settings: Record<string, unknown>,
  lines: readonly (string | null)[],
  engine = 'ruby',
  keepsPause = false,
): Promise<Delivered> {
  const script = join(packageFolder, 'test', 'ruby', 'deliver.rb');
  // A proxy from the environment must not be used.
  const env = { ...process.env, http_proxy: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };
  const { stdout, stderr } = await runProgram(engine, [script], {
    input: JSON.stringify({ settings, lines }),
    env,
  });
  if (stdout === '') throw new Error(stderr);
  const paused = join(String(settings['spool_dir']), '.paused');
  if (!keepsPause && existsSync(paused)) rmSync(paused);
  return JSON.parse(stdout) as Delivered;
}

const spooled = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
const good = 'ok stored=1 duplicate=0 rejected=0\n';
const line = '1467844481 puppet;host=web01 "größe"';

rubyTest('sends a line to the line port and leaves nothing on disk', async () => {
  const { port, received } = await linePort(good);
  const folder = join(temporaryFolder(), 'spool');
  expect(await deliver({ port, spool_dir: folder }, [line])).toEqual({ outcomes: ['sent'], log: [] });
  expect(received).toEqual([`${line}\n`]);
  expect(() => readdirSync(folder)).toThrow('ENOENT');
});

rubyTest(
  'keeps lines privately while nothing listens; a later run sends them, the oldest first',
  async () => {
    const folder = join(temporaryFolder(), 'a', 'spool');
    const down = await deliver({ port: await quietPort(), spool_dir: folder }, ['1 a "x"', '2 a "y"', null]);
    expect(down.outcomes).toEqual(['spooled', 'spooled', 'idle']);
    // The first attempt fails, and for half a minute there is no other.
    expect(down.log).toHaveLength(2);
    expect(down.log[1]).toContain('could not be reached within the last 30 s; the event waits in the spool');
    expect(down.log[0]).toMatch(
      /^warning: Anthracite at 127\.0\.0\.1:\d+ cannot be reached: Errno::ECONNREFUSED/,
    );
    expect(spooled(folder)).toEqual(['1 a "x"\n', '2 a "y"\n']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const { port, received } = await linePort('ok stored=3 duplicate=0 rejected=0\n');
    expect(await deliver({ port, spool_dir: folder }, [line])).toEqual({ outcomes: ['sent'], log: [] });
    expect(received).toEqual([`1 a "x"\n2 a "y"\n${line}\n`]);
    expect(spooled(folder)).toEqual([]);
  },
);

rubyTest('sends waiting lines with a run without changes', async () => {
  const folder = temporaryFolder();
  await deliver({ port: await quietPort(), spool_dir: folder }, [line]);
  const { port, received } = await linePort(good);
  expect(await deliver({ port, spool_dir: folder }, [null, null])).toEqual({
    outcomes: ['sent', 'idle'],
    log: [],
  });
  expect(received).toEqual([`${line}\n`]);
});

rubyTest.each([
  ['never answers', null, 'no answer within 0.5 s'],
  ['is not ours', 'SSH-2.0-OpenSSH\r\n', 'it answered "SSH-2.0-OpenSSH'],
  ['could not store', 'failed stored=0 duplicate=0 rejected=0\nthe disk is full\n', 'the disk is full'],
  [
    'closed in the middle',
    'ok stored=0 duplicate=0 rejected=0\nclosed: the server is stopping\n',
    'the server is stopping',
  ],
  ['hangs up without a word', '', 'it answered ""'],
  ['answers bytes', '\u0000\u001b[2J', 'it answered "\\u0000\\e[2J"'],
])('keeps lines on disk for a server that %s', async (_what, answer, reason) => {
  const { port } = await linePort(answer);
  const folder = temporaryFolder();
  const { outcomes, log } = await deliver({ port, spool_dir: folder, timeout: 0.5 }, [line]);
  expect(outcomes).toEqual(['spooled']);
  expect(log.join()).toContain(reason);
  expect(spooled(folder)).toEqual([`${line}\n`]);
});

rubyTest(
  'reports lines that the server rejects and does not keep them, because the server does',
  async () => {
    const { port } = await linePort('ok stored=0 duplicate=0 rejected=1\nline 1: the type is empty\n');
    const folder = temporaryFolder();
    const { outcomes, log } = await deliver({ port, spool_dir: folder }, [line]);
    expect(outcomes).toEqual(['sent']);
    expect(log).toEqual(['warning: Anthracite rejected 1 of 1 lines: line 1: the type is empty\n']);
    expect(spooled(folder)).toEqual([]);
  },
);

rubyTest('sends lines by HTTP as text, with the token, to the path of the URL', async () => {
  let seen: unknown;
  const url = await httpPort((request, response, body) => {
    seen = [
      request.method,
      request.url,
      request.headers.authorization,
      request.headers['content-type'],
      body,
    ];
    response.end('{"stored":1,"duplicate":0,"rejected":0}');
  });
  expect(
    await deliver({ url: `${url}/anthracite/`, token: 's3cret', spool_dir: temporaryFolder() }, [line]),
  ).toEqual({
    outcomes: ['sent'],
    log: [],
  });
  expect(seen).toEqual([
    'POST',
    '/anthracite/events',
    'Bearer s3cret',
    'text/plain; charset=utf-8',
    `${line}\n`,
  ]);
});

rubyTest.each([
  ['a wrong token', 401, '{"error":"unknown token","code":"TOKEN_UNKNOWN"}', 'spooled', '401'],
  ['a failing server', 503, '{"error":"busy"}', 'spooled', '503'],
  ['a page', 200, '<html>hello</html>', 'spooled', 'it answered 200'],
  ['a redirect', 302, '', 'spooled', 'it answered 302'],
  ['a full disk', 507, '{"error":"the disk is full"}', 'spooled', 'the disk is full'],
  [
    'lines that are all rejected',
    400,
    '{"stored":0,"duplicate":0,"rejected":1,"error":"line 1: no"}',
    'sent',
    'rejected 1 of 1',
  ],
])('handles an HTTP response: %s', async (_what, status, body, outcome, reason) => {
  const url = await httpPort((_request, response) => {
    response.writeHead(status, { location: '/elsewhere', 'retry-after': '300' }).end(body);
  });
  const { outcomes, log } = await deliver({ url, token: 's3cret', spool_dir: temporaryFolder() }, [line]);
  expect(outcomes).toEqual([outcome]);
  expect(log.join()).toContain(reason);
  expect(log.join()).not.toContain('s3cret');
});

rubyTest('gives up by HTTP on a server that hangs or is too slow', async () => {
  const url = await httpPort((_request, response) => {
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  });
  const { outcomes } = await deliver({ url, spool_dir: temporaryFolder(), timeout: 0.5 }, [line]);
  expect(outcomes).toEqual(['spooled']);
});

rubyTest('reports the lines that a full spool lost', async () => {
  const folder = temporaryFolder();
  const { log } = await deliver({ port: await quietPort(), spool_dir: folder, spool_max: 2 }, [
    '1 a "x"',
    '2 a "y"',
    '3 a "z"',
  ]);
  expect(spooled(folder)).toEqual(['2 a "y"\n', '3 a "z"\n']);
  expect(log.at(-1)).toBe("err: Anthracite's spool is full, so its oldest events were dropped: 1");
});

rubyTest('sends at most fifty lines with a run', async () => {
  const folder = temporaryFolder();
  const lines = Array.from({ length: 60 }, (_, i) => `${i} a "x"`);
  await deliver({ port: await quietPort(), spool_dir: folder }, lines);
  const { port, received } = await linePort(good);
  await deliver({ port, spool_dir: folder }, [line]);
  expect(received[0]?.split('\n')).toHaveLength(51);
  expect(spooled(folder)).toHaveLength(11);
});

rubyTest('lets no run fail when the spool cannot be written, and logs the event', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const { outcomes, log } = await deliver(
    { port: await quietPort(), spool_dir: join(folder, 'file', 'spool') },
    [line],
  );
  expect(outcomes).toEqual(['lost']);
  expect(log.at(-1)).toContain(`The event is lost: ${line}`);
  mkdirSync(join(folder, 'odd', 'x.line'), { recursive: true });
  const { port } = await linePort(good);
  expect((await deliver({ port, spool_dir: join(folder, 'odd') }, [line])).outcomes).toEqual(['sent']);
});

rubyTest.each([
  [{ url: 'file:///etc/passwd' }, 'url is not an http or https URL'],
  [{ url: 'http://a b' }, 'url is not an http or https URL'],
  [{ url: 'http://127.0.0.1:1', proxy: 'socks5://u:s3cret@proxy' }, 'proxy is not an http or https URL'],
])('keeps the event with %j and logs the reason', async (settings, reason) => {
  const folder = temporaryFolder();
  const { outcomes, log } = await deliver({ ...settings, spool_dir: folder }, [line]);
  expect(outcomes).toEqual(['spooled']);
  expect(log.join()).toContain(reason);
  expect(log.join()).not.toContain('s3cret');
  expect(spooled(folder)).toEqual([`${line}\n`]);
});

rubyTest('sends lines through a proxy, with its user and password, to the URL', async () => {
  const seen: unknown[] = [];
  const proxy = await httpPort((request, response, body) => {
    seen.push([request.method, request.url, request.headers['proxy-authorization'], body]);
    response.end('{"stored":1,"duplicate":0,"rejected":0}');
  });
  const settings = {
    url: 'http://anthracite.example.com:2006',
    proxy: proxy.replace('//', '//u:p%40ss@'),
    spool_dir: temporaryFolder(),
  };
  expect((await deliver(settings, [line])).outcomes).toEqual(['sent']);
  const basic = `Basic ${Buffer.from('u:p@ss').toString('base64')}`;
  expect(seen).toEqual([['POST', 'http://anthracite.example.com:2006/events', basic, `${line}\n`]]);
});

rubyTest('waits half a minute after a failed attempt and then sends waiting lines', async () => {
  const folder = temporaryFolder();
  await deliver({ port: await quietPort(), spool_dir: folder }, ['1 a "x"'], 'ruby', true);
  const { port, received } = await linePort('ok stored=2 duplicate=0 rejected=0\n');
  const soon = await deliver({ port, spool_dir: folder }, ['2 a "y"', null], 'ruby', true);
  expect([soon.outcomes, received]).toEqual([['spooled', 'idle'], []]);
  const then = Date.now() / 1000 - 31;
  utimesSync(join(folder, '.paused'), then, then);
  expect((await deliver({ port, spool_dir: folder }, [null], 'ruby', true)).outcomes).toEqual(['sent']);
  expect(received).toEqual(['1 a "x"\n2 a "y"\n']);
  expect(readdirSync(folder)).toEqual([]);
});

needs('jruby', hasProgram('jruby', '-v'))(
  'keeps and sends lines on JRuby as well',
  async () => {
    const folder = temporaryFolder();
    const down = await deliver({ port: await quietPort(), spool_dir: folder }, [line], 'jruby');
    expect(down.outcomes).toEqual(['spooled']);
    const { port, received } = await linePort(good);
    expect(await deliver({ port, spool_dir: folder }, [null], 'jruby')).toEqual({
      outcomes: ['sent'],
      log: [],
    });
    expect(received).toEqual([`${line}\n`]);
  },
  600_000,
);
