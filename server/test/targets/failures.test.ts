// Targets that fail: nothing is lost, later messages wait, other targets do not, and private addresses are not reached.

import { until } from '@anthracite/testing';
import { StoreError } from '../../src/storage/store-error';
import { patienceMs } from '../../src/targets/attempt';
import { type Receiver, receive, startSending, targetsOf } from './receiver';

const minute = 60_000;
const hour = 60 * minute;

const idsOf = ({ received }: Receiver): unknown[] => received.map(({ headers }) => headers['webhook-id']);
const sendTo = (...receivers: readonly Receiver[]): string =>
  `send:\n${receivers.map(({ url }, i) => `  - { name: t${i + 1}, url: "${url}/secret-path" }\n`).join('')}`;

test('sends a message again with the same id until it succeeds, with growing pauses, before the next one', async () => {
  const receiver = await receive();
  let failures = 9;
  receiver.answer = (_one, response) => response.writeHead(failures-- > 0 ? 500 : 200).end();
  const server = await startSending(sendTo(receiver));
  await server.send('1 x one\n2 x two\n');
  await until(() => receiver.received.length === 11, 'both events arrive');
  expect(idsOf(receiver)).toEqual([...Array.from({ length: 10 }, () => 'evt_1'), 'evt_2']);
  const usual = [5_000, 30_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour, 10 * hour];
  expect(server.pauses).toHaveLength(usual.length);
  for (const [i, ms] of server.pauses.entries()) {
    expect(ms).toBeLessThanOrEqual(usual[i] as number);
    expect(ms).toBeGreaterThanOrEqual(0.8 * (usual[i] as number));
  }
});

test('waits for a target that is away, and tells since when', async () => {
  const receiver = await receive();
  const { port } = receiver;
  await receiver.close();
  let isPatient = false;
  const pause = async (): Promise<void> => until(() => isPatient, 'the pause ends');
  const server = await startSending(sendTo(receiver), { testing: { pause } });
  await server.send('1 x one\n2 x two\n');
  await until(async () => (await targetsOf(server))[0]?.['state'] === 'waiting', 'the target waits');
  expect(await targetsOf(server)).toMatchObject([
    {
      behind: 2,
      failingSince: expect.any(String),
      last: { outcome: 'failed', why: 'cannot be reached: ECONNREFUSED' },
    },
  ]);
  const back = await receive('127.0.0.1', port);
  isPatient = true;
  await until(() => back.received.length === 2, 'both events arrive');
  expect(idsOf(back)).toEqual(['evt_1', 'evt_2']);
  await until(async () => (await targetsOf(server))[0]?.['failingSince'] === null, 'the target works');
});

test('honours Retry-After of a target that gets too many messages', async () => {
  const receiver = await receive();
  const answers: [number, string][] = [
    [429, '1'],
    [503, '120'],
    [503, new Date(Date.now() + 10 * minute).toUTCString()],
  ];
  receiver.answer = (_one, response) => {
    const [status, after] = answers.shift() ?? [204, ''];
    response.writeHead(status, after === '' ? {} : { 'retry-after': after }).end();
  };
  const server = await startSending(sendTo(receiver));
  await server.send('1 x one\n');
  await until(() => receiver.received.length === 4, 'the event arrives');
  const [first, second, third = 0] = server.pauses;
  expect([first, second]).toEqual([1_000, 120_000]);
  expect(third).toBeGreaterThan(9 * minute);
});

test('puts a refused message aside, tries the next, and sends it again on request', async () => {
  const receiver = await receive();
  let isFriendly = false;
  receiver.answer = ({ headers }, response) =>
    response.writeHead(headers['webhook-id'] === 'evt_1' && !isFriendly ? 404 : 200).end();
  const server = await startSending(sendTo(receiver));
  await server.send('1 x one\n2 x two\n');
  await until(() => receiver.received.length === 2, 'both are tried');
  await until(async () => (await targetsOf(server))[0]?.['behind'] === 0, 'the position moves on');
  expect(await targetsOf(server)).toMatchObject([{ undelivered: 1, forgotten: 0, state: 'working' }]);
  const listed = await server.json('/targets/undelivered');
  expect(listed).toMatchObject({
    messages: [{ id: 1, target: 't1', title: 'x one', why: 'it answered 404' }],
    truncated: false,
  });
  const resend = () => server.json('/targets/undelivered/1/resend', { method: 'POST' });
  expect(await resend()).toEqual({ outcome: 'refused', why: 'it answered 404' });
  isFriendly = true;
  expect(await resend()).toEqual({ outcome: 'delivered', why: '' });
  expect(idsOf(receiver)).toEqual(['evt_1', 'evt_2', 'evt_1', 'evt_1']);
  expect(await server.json('/targets/undelivered')).toEqual({ messages: [], truncated: false });
  expect(await resend()).toMatchObject({ code: 'UNDELIVERED_NOT_FOUND' });
});

test('puts a message aside after three days of failures, also across a restart', async () => {
  const receiver = await receive();
  receiver.answer = ({ headers }, response) =>
    response.writeHead(headers['webhook-id'] === 'evt_1' ? 500 : 200).end();
  let now = Date.now();
  let isStopped = true;
  const pause = async (): Promise<void> => {
    if (isStopped) await until(() => !isStopped, 'the pause ends');
    else now += 10 * hour;
  };
  const first = await startSending(sendTo(receiver), { testing: { pause }, clock: () => now });
  await first.send('1 x one\n2 x two\n');
  await until(async () => (await targetsOf(first))[0]?.['failingSince'] !== null, 'the target fails');
  const since = now;
  const stopped = first.stop();
  isStopped = false;
  await stopped;
  const { database } = first.app.settings;
  now += 40 * hour;
  const second = await startSending(sendTo(receiver), {
    testing: { pause },
    clock: () => now,
    settings: { database },
  });
  await until(() => idsOf(receiver).includes('evt_2'), 'the next message is sent');
  expect(now - since).toBeGreaterThanOrEqual(patienceMs);
  expect(now - since).toBeLessThan(patienceMs + 20 * hour);
  expect(await second.json('/targets/undelivered')).toMatchObject({ messages: [{ title: 'x one' }] });
});

test('keeps only the newest 1000 undelivered messages, and counts the others', async () => {
  const receiver = await receive();
  receiver.answer = (_one, response) => response.writeHead(400).end();
  const server = await startSending(sendTo(receiver));
  const lines = Array.from({ length: 1_003 }, (_, i) => `${i + 1} x event ${i + 1}\n`);
  await server.send(lines.join(''));
  await until(async () => (await targetsOf(server))[0]?.['forgotten'] === 3, 'three are dropped', 120);
  expect(await targetsOf(server)).toMatchObject([{ undelivered: 1_000 }]);
  expect(await server.json('/targets/undelivered?limit=1')).toMatchObject({
    messages: [{ id: 4, title: 'x event 4' }],
    truncated: true,
  });
}, 150_000);

test('switches a target off that answers 410, and tries it again after a restart', async () => {
  const receiver = await receive();
  receiver.answer = (_one, response) => response.writeHead(410).end();
  const server = await startSending(sendTo(receiver));
  await server.send('1 x one\n2 x two\n');
  await until(async () => (await targetsOf(server))[0]?.['state'] === 'off', 'the target is off');
  expect(receiver.received).toHaveLength(1);
  await server.stop();
  receiver.answer = (_one, response) => response.writeHead(200).end();
  await startSending(sendTo(receiver), { settings: { database: server.app.settings.database } });
  await until(() => receiver.received.length === 3, 'both events arrive');
  expect(idsOf(receiver)).toEqual(['evt_1', 'evt_1', 'evt_2']);
});

test('does not delay other targets while one is slow, and gives up after the time limit', async () => {
  const [slow, quick] = [await receive(), await receive()];
  slow.answer = () => {};
  const server = await startSending(sendTo(slow, quick), { testing: { timeoutMs: 500 } });
  await server.send('1 x one\n2 x two\n3 x three\n');
  await until(() => quick.received.length === 3, 'the quick target has all');
  await until(() => slow.received.length >= 2, 'the slow target is tried again');
  expect(new Set(idsOf(slow))).toEqual(new Set(['evt_1']));
  expect(await targetsOf(server)).toMatchObject([{ last: { why: 'no answer within 0.5 s' } }, { behind: 0 }]);
});

test('never follows a redirect', async () => {
  const [receiver, hidden] = [await receive(), await receive('127.0.0.2')];
  receiver.answer = (_one, response) => response.writeHead(307, { location: hidden.url }).end();
  const server = await startSending(sendTo(receiver), { settings: { 'send-allow': '127.0.0.0/8' } });
  await server.send('1 x one\n');
  await until(async () => (await targetsOf(server))[0]?.['undelivered'] === 1, 'the message is put aside');
  expect(hidden.received).toEqual([]);
});

test('connects only to allowed addresses, also when a name changes its address', async () => {
  const [allowed, hidden] = [await receive('127.0.0.2'), await receive('127.0.0.1')];
  // Both answer at the same port.
  const same = await receive('127.0.0.1', allowed.port);
  await hidden.close();
  const addresses = ['127.0.0.2', '127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '169.254.169.254'];
  const resolve = async () => {
    const address = addresses.length > 1 ? (addresses.shift() as string) : (addresses[0] as string);
    return [{ address, family: address.includes(':') ? 6 : 4 }];
  };
  allowed.answer = (_one, response) => response.writeHead(200, { connection: 'close' }).end();
  const server = await startSending(
    `send:\n  - { name: rebound, url: "http://target.example:${allowed.port}/" }\n`,
    { testing: { resolve }, settings: { 'send-allow': '127.0.0.2' } },
  );
  await server.send('1 x one\n');
  await until(() => allowed.received.length === 1, 'the first event arrives');
  await server.send('2 x two\n');
  await until(() => addresses.length === 1, 'all addresses are tried');
  await until(async () => {
    const [target] = await targetsOf(server);
    return String((target?.['last'] as { why?: string } | null)?.why).includes('169.254.169.254 is private');
  }, 'the last address is refused');
  expect([allowed.received.length, same.received.length]).toEqual([1, 0]);
});

test.each([
  ...[
    '127.0.0.1',
    'localhost',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
  ],
  ...['2130706433', '0x7f.1', '[::1]', '[::]', '[fd00::1]', '[fe80::1]', '[ff02::1]', '[::ffff:10.0.0.1]'],
  ...['[64:ff9b::a00:1]', '[2002:a00:1::]', '224.0.0.1', '255.255.255.255'],
])('refuses the private address %s without the setting send-allow', async (host) => {
  const server = await startSending(`send:\n  - { name: inside, url: "http://${host}:1/" }\n`, {
    settings: { 'send-allow': '' },
  });
  const answer = await server.json('/targets/inside/test', { method: 'POST' });
  expect(answer).toMatchObject({
    outcome: 'failed',
    why: expect.stringMatching(
      /^its address \S+ is private; to send there, add its network to the setting send-allow$/,
    ),
  });
});

test('reads only the start of a long answer', async () => {
  const receiver = await receive();
  let written = 0;
  receiver.answer = (_one, response) => {
    response.writeHead(200);
    const write = (): void => {
      if (response.destroyed) return;
      written += 16_384;
      response.write(Buffer.alloc(16_384), () => setImmediate(write));
    };
    write();
  };
  const server = await startSending(sendTo(receiver));
  await server.send('1 x one\n2 x two\n');
  await until(() => receiver.received.length === 2, 'both events arrive');
  expect(written).toBeLessThan(64 * 1_048_576);
});

test('shows the path, the secret and the token of a target nowhere', async () => {
  const receiver = await receive();
  const token = 'the-token-of-the-target';
  const secret = `whsec_${Buffer.from('c'.repeat(32)).toString('base64')}`;
  receiver.answer = ({ path }, response) => response.writeHead(500, { 'x-path': path }).end(path);
  const lines: string[] = [];
  const server = await startSending(
    `send:\n  - { name: t1, url: "${receiver.url}/secret-path?key=secret-query", secret-file: <s>, token-file: <t> }\n`,
    { files: { s: secret, t: token }, log: lines },
  );
  await server.send('1 x one\n');
  await until(() => receiver.received.length > 2, 'the event is tried');
  expect(receiver.received[0]?.headers.authorization).toBe(`Bearer ${token}`);
  const shown = [
    ...lines,
    ...(await Promise.all(
      ['/targets', '/metrics', '/targets/undelivered'].map(async (path) => (await server.fetch(path)).text()),
    )),
  ].join('\n');
  expect(shown).toContain('cannot deliver to a target');
  for (const hidden of ['secret-path', 'secret-query', token, secret]) expect(shown).not.toContain(hidden);
});

test('keeps sending when the database cannot be read for a moment', async () => {
  const receiver = await receive();
  const server = await startSending(sendTo(receiver));
  const { targets } = server.app.store;
  const { step } = targets;
  let failures = 2;
  Object.assign(targets, {
    step: async (...args: Parameters<typeof step>) => {
      if (failures-- > 0) throw new StoreError('DATABASE_FULL', { file: 'x' });
      return step(...args);
    },
  });
  await server.send('1 x one\n2 x two\n');
  await until(() => idsOf(receiver).includes('evt_2'), 'both events arrive');
  // At least once: the position could not be stored after the first deliveries.
  expect(idsOf(receiver)).toEqual(['evt_1', 'evt_1', 'evt_1', 'evt_2']);
});
