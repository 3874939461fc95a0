import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { exchange, until } from '@anthracite/testing';
import { start, type TestServer } from '../start';

const good = (n: number): string => `146784448${n} deploy_web;env=prod release ${n}\n`;

async function open(server: TestServer): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect({ port: server.tcpPort, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  socket.on('error', () => {});
  const answer = once(socket, 'close').then(() => text);
  socket.on('end', () => socket.end());
  await once(socket, 'connect');
  return { socket, answer };
}

const rejects = async (
  server: TestServer,
): Promise<{ code: string; line?: string; peer: string; door: string }[]> =>
  ((await server.json('/rejects')) as { rejects: [] }).rejects;

describe('the answer on the line port', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
  });

  test('counts stored lines, and the same lines again as duplicates', async () => {
    const lines = good(1) + good(2) + good(3);
    expect(await server.send(lines)).toBe('ok stored=3 duplicate=0 rejected=0\n');
    expect(await server.send(lines + good(4))).toBe('ok stored=1 duplicate=3 rejected=0\n');
  });

  test('stores a line once that is sent twice in one go', async () => {
    expect(await server.send(good(5) + good(5))).toBe('ok stored=1 duplicate=1 rejected=0\n');
  });

  test('reports a wrong line with its number and reason, and stores the other lines', async () => {
    const answer = await server.send(`# a comment\n\n${good(6)}yesterday deploy x\r\n${good(7)}`);
    expect(answer).toMatch(
      /^ok stored=2 duplicate=0 rejected=1\nline 4: the timestamp "yesterday" is not Unix seconds; /,
    );
    const [entry] = await rejects(server);
    expect(entry).toMatchObject({ code: 'BAD_TIMESTAMP', line: 'yesterday deploy x', door: 'tcp' });
    expect(entry?.peer).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test('gives the first few of many reasons, and where to find the others', async () => {
    const answer = await server.send(Array.from({ length: 9 }, (_, i) => `bad${i} a x`).join('\n'));
    const lines = answer.trimEnd().split('\n');
    expect(lines[0]).toBe('ok stored=0 duplicate=0 rejected=9');
    expect(lines).toHaveLength(7);
    expect(lines[6]).toBe('and 4 more; list them all with: anthracite rejects');
  });

  test('needs no line end after the last line and accepts \\r\\n', async () => {
    expect(await server.send('1467844490 a x\r\n1467844491 a y')).toBe(
      'ok stored=2 duplicate=0 rejected=0\n',
    );
    const { events } = (await server.json('/events/json?from=1467844490&until=1467844491')) as {
      events: { description: string }[];
    };
    expect(events.map((event) => event.description)).toEqual(['x', 'y']);
  });

  test('answers a connection that sends nothing', async () => {
    expect(await server.send('')).toBe('ok stored=0 duplicate=0 rejected=0\n');
  });

  test('refuses bytes that are not UTF-8 and stores the other lines of the same segment', async () => {
    const answer = await server.send(
      Buffer.concat([
        Buffer.from(good(8)),
        Buffer.from('1467844492 a caf\xe9\n', 'latin1'),
        Buffer.from(good(9)),
      ]),
    );
    expect(answer).toMatch(/^ok stored=2 duplicate=0 rejected=1\nline 2: the bytes are not valid UTF-8/);
  });

  test('skips a comment in any encoding and at any length', async () => {
    const comments = [
      '# caf\xe9\n#\xff\xfe\r\n',
      `# ${'\xe9'.repeat(100_000)}\n`,
      good(10),
      '1467844493 a caf\xe9\n',
      '# caf\xe9',
    ];
    const answer = await server.send(Buffer.from(comments.join(''), 'latin1'));
    expect(answer).toMatch(/^ok stored=1 duplicate=0 rejected=1\nline 5: the bytes are not valid UTF-8/);
  });
});

describe('a connection that does not end well', () => {
  test('keeps a line that a reset cuts off as a rejected line', async () => {
    const server = await start();
    const { socket } = await open(server);
    socket.write(`${good(1)}1467844482 deploy_web half a li`);
    await until(
      async () => ((await server.json('/events/get_data')) as unknown[]).length === 1,
      'the whole line is stored',
    );
    socket.resetAndDestroy();
    await until(
      async () => (await rejects(server)).length === 1,
      'the truncated line is among the rejected lines',
    );
    expect(await rejects(server)).toMatchObject([
      { code: 'INCOMPLETE_LINE', line: '1467844482 deploy_web half a li' },
    ]);
    expect(await server.json('/events/get_data')).toHaveLength(1);
  });

  test('answers and closes an idle connection', async () => {
    const server = await start({ 'tcp-idle-ms': '200' });
    const { socket, answer } = await open(server);
    socket.write(good(1));
    expect(await answer).toBe('ok stored=1 duplicate=0 rejected=0\nclosed: no data for too long\n');
  });

  test('closes a slow line at its deadline, which further bytes do not extend', async () => {
    const server = await start({ 'tcp-line-ms': '300', 'tcp-idle-ms': '60000' });
    const { socket, answer } = await open(server);
    const trickle = setInterval(() => socket.write('1'), 20);
    expect(await answer).toMatch(
      /^ok stored=0 duplicate=0 rejected=1\nline 1: .*is incomplete, because.*\nclosed: a line took too long to end\n$/s,
    );
    clearInterval(trickle);
  });

  test('commits and answers received lines when it stops', async () => {
    const server = await start();
    const { socket, answer } = await open(server);
    socket.write(good(1));
    await until(
      async () => ((await server.json('/events/get_data')) as unknown[]).length === 1,
      'the line is stored',
    );
    await server.stop();
    expect(await answer).toBe('ok stored=1 duplicate=0 rejected=0\nclosed: the server is stopping\n');
  });
});

describe('access to the line port', () => {
  test('closes and counts a connection from a network that is not on the list, and stores nothing', async () => {
    const server = await start({ 'tcp-allow': '10.0.0.0/8, fd00::/8' });
    expect(await server.send(good(1))).toBe('');
    expect(await server.json('/events/get_data')).toEqual([]);
    expect(await (await server.fetch('/metrics')).text()).toContain(
      'anthracite_tcp_connections_refused_total{reason="network"} 1',
    );
  });

  test('accepts an address on the list over IPv4 and IPv6', async () => {
    const server = await start({ 'tcp-allow': '127.0.0.0/8 ::1', tcp: '[::]:0' });
    expect(await server.send(good(1), '127.0.0.1')).toMatch(/^ok stored=1/);
    expect(await server.send(good(2), '::1')).toMatch(/^ok stored=1/);
  });

  test('closes and counts connections beyond the limit at once', async () => {
    const server = await start({ 'max-tcp-connections': '2' });
    const first = await open(server);
    const second = await open(server);
    const third = await open(server);
    expect(await third.answer).toBe('');
    first.socket.end(good(1));
    expect(await first.answer).toMatch(/^ok stored=1/);
    second.socket.end(good(2));
    expect(await second.answer).toMatch(/^ok stored=1/);
    expect(await (await server.fetch('/metrics')).text()).toContain(
      'anthracite_tcp_connections_refused_total{reason="too_many"} 1',
    );
    expect(await server.send(good(3))).toMatch(/^ok stored=1/);
  });
});

test('closes an idle connection of the address with the most to make room for others', async () => {
  const server = await start({ 'max-tcp-connections': '3' });
  const silent = await open(server);
  const others = [await open(server), await open(server)];
  const metrics = async (): Promise<string> => (await server.fetch('/metrics')).text();
  await until(async () => (await metrics()).includes('anthracite_tcp_connections 3\n'), 'all are open');
  const stranger = connect({ port: server.tcpPort, host: '127.0.0.1', localAddress: '127.0.0.2' });
  let answer = '';
  stranger.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  stranger.end(good(11));
  await once(stranger, 'close');
  expect(answer).toMatch(/^ok stored=1/);
  expect(await silent.answer).toBe(
    'ok stored=0 duplicate=0 rejected=0\nclosed: the maximum of connections was reached, and your address had the most\n',
  );
  expect(await metrics()).toContain('anthracite_tcp_connections_closed_total{end="crowded"} 1');
  for (const { socket } of others) {
    socket.end(good(12));
  }
  for (const { answer: told } of others) expect(await told).toMatch(/^ok stored=[01]/);
});

test('uses one store for several listeners', async () => {
  const server = await start({ tcp: '127.0.0.1:0,[::1]:0' });
  const [v4, v6] = server.tcpPorts;
  expect(await exchange(v4 ?? 0, good(1), '127.0.0.1')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  expect(await exchange(v6 ?? 0, good(1), '::1')).toBe('ok stored=0 duplicate=1 rejected=0\n');
});
