// Events of DogStatsD's clients over UDP, as real clients send them.

import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@anthracite/testing';
import { readDatagram } from '../../src/hooks/dogstatsd';
import { start } from '../start';

const folder = join(__dirname, '../../../test/fixtures');
const now = Date.parse('2026-11-24T12:00:00Z');
const read = (file: string) => readDatagram(readFileSync(join(folder, file)), now);

test.each(readdirSync(join(folder, 'captured-hooks/dogstatsd')))(
  'reads the datagram of a real client: %s',
  (file) => {
    const { events, faults, passedOver } = read(`captured-hooks/dogstatsd/${file}`);
    expect(faults).toEqual([]);
    expect(events).toHaveLength(/two-events|batch/.test(file) ? 2 : 1);
    expect(passedOver).toBe(file.includes('batch') ? 2 : 0);
    if (!/utf16|java\.txt|datadog-(python|go)\.txt/.test(file)) return;
    expect(events[0]).toMatchObject({
      time: Date.parse('2026-11-24T10:15:00Z'),
      description: 'Déploiement ✔ v2\nline one\nlínea|dos',
    });
    expect([...(events[0]?.tags ?? [])].sort()).toEqual(
      ['alert_type=error', 'env=prod', 'host=web1', 'tool=dogstatsd', 'équipe=web'].sort(),
    );
  },
);

test('reads the example, and refuses lengths that are wrong', () => {
  const [expected] = JSON.parse(
    readFileSync(join(folder, 'hooks/dogstatsd/event.events.json'), 'utf8'),
  ) as unknown[];
  expect(read('hooks/dogstatsd/event.txt').events).toEqual([expected]);
  expect(read('hooks/dogstatsd/bad-length.txt')).toMatchObject({
    events: [],
    faults: [expect.stringMatching(/lengths/)],
  });
});

test('does not believe a time in 1970, and reads milliseconds', () => {
  expect(read('captured-hooks/dogstatsd/java-date-in-seconds.txt').events[0]?.time).toBe(now);
  const { events } = readDatagram(Buffer.from('_e{1,1}:a|b|d:1795515300250'), now);
  expect(events[0]?.time).toBe(1_795_515_300_250);
});

test('reads a datagram of many events in time that does not grow with their square', () => {
  const { events, faults } = readDatagram(Buffer.from('_e{1,1}:a|b\n'.repeat(5_000)), now);
  expect([events.length, faults]).toEqual([200, [expect.stringMatching(/more than 200/)]]);
});

test('stores events from a socket, passes metrics over, and lists what is wrong', async () => {
  const server = await start({ dogstatsd: '127.0.0.1:0' }, () => now);
  const socket = createSocket('udp4');
  const send = (bytes: string) =>
    new Promise<void>((resolve) => socket.send(bytes, server.dogstatsdPort, '127.0.0.1', () => resolve()));
  await send('page.views:1|c\n_e{10,6}:release 42|by Ann|s:deploy_shop|#env:production');
  await send('_e{99,5}:short|text');
  const metrics = async () => (await server.fetch('/metrics')).text();
  await until(
    async () => (await metrics()).includes('anthracite_dogstatsd_total{outcome="problem"} 1'),
    'the fault',
  );
  await until(
    async () => (await metrics()).includes('anthracite_dogstatsd_total{outcome="stored"} 1'),
    'the event',
  );
  expect(await metrics()).toContain('anthracite_dogstatsd_total{outcome="passed_over"} 1');
  expect(await server.json('/events/json?from=2026-11-01')).toMatchObject({
    events: [
      {
        time: now,
        type: 'deploy_shop',
        tags: ['env=production', 'tool=dogstatsd'],
        description: 'release 42\nby Ann',
      },
    ],
  });
  expect(await server.json('/rejects')).toMatchObject({
    rejects: [{ door: 'dogstatsd', code: 'BAD_DATAGRAM' }],
  });
  socket.close();
});

test('takes datagrams only from allowed networks', async () => {
  const server = await start({ dogstatsd: '127.0.0.1:0', 'dogstatsd-allow': '192.0.2.0/24' }, () => now);
  const socket = createSocket('udp4');
  socket.send('_e{1,1}:a|b', server.dogstatsdPort, '127.0.0.1');
  await until(
    async () =>
      (await (await server.fetch('/metrics')).text()).includes(
        'anthracite_dogstatsd_total{outcome="refused"} 1',
      ),
    'the refusal',
  );
  socket.close();
});
