// Alertmanagers that are restarted, killed and reloaded, that are two, and whose server is away: one span per occurrence.

import { needs, quietPort, until } from '@anthracite/testing';
import { type Alertmanager, startAlertmanager, withAlertmanager } from './alert-peers';
import { Story } from './alert-story';
import { writer } from './hook-server';

const isLong = process.env['ANTHRACITE_TEST_FAULTS'] === 'long';
const told = withAlertmanager.concurrent;
const toldLong = isLong ? told : needs('the long form', false, 'optional');

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  told(`makes one span of an alert during which Alertmanager ends by ${signal}`, async () => {
    const story = await Story.start();
    const from = story.begin;
    await story.alertmanager.alert(['Restart'], from);
    await story.becomes([from, null]);
    await story.alertmanager.stop(signal);
    await story.alertmanager.start();
    await story.alertmanager.alert(['Restart'], from);
    await story.hears();
    await story.becomes([from, null]);
    await story.alertmanager.alert(['Restart'], from, from + 9_000);
    await story.ends([from, from + 9_000]);
  });
}

told('ends an alert that is resolved while Alertmanager is down', async () => {
  const story = await Story.start();
  const from = story.begin;
  await story.alertmanager.alert(['Restart'], from);
  await story.becomes([from, null]);
  await story.alertmanager.stop();
  await story.alertmanager.start();
  // Prometheus reports the end again for 15 minutes.
  await story.alertmanager.alert(['Restart'], from, from + 9_000);
  await story.ends([from, from + 9_000]);
});

told('makes two spans of an alert that is resolved and fires again while Alertmanager is down', async () => {
  const story = await Story.start();
  const [first, second] = [story.begin, story.begin + 60_000];
  await story.alertmanager.alert(['Restart'], first);
  await story.becomes([first, null]);
  await story.alertmanager.stop();
  await story.alertmanager.start();
  await story.alertmanager.alert(['Restart'], second);
  await story.alertmanager.alert(['Restart'], second, second + 9_000);
  await story.ends([first, second, 'end=assumed'], [second, second + 9_000]);
});

told('leaves no span open of alerts without a start that are added again after a restart', async () => {
  const story = await Story.start();
  await story.alertmanager.alert(['Restart'], null);
  await story.becomes([-1, null]);
  const [[first = 0] = []] = await story.spans();
  await story.alertmanager.stop();
  // The key of a span has the second of its start.
  await until(() => Date.now() > first + 1_100, 'the next second');
  await story.alertmanager.start();
  await story.alertmanager.alert(['Restart'], null);
  await story.becomes([first, -1, 'end=assumed'], [-1, null]);
  const [, [second = 0] = []] = await story.spans();
  expect(second).toBeGreaterThan(first);
  const end = Date.now();
  await story.alertmanager.alert(['Restart'], second, end);
  await story.ends([first, second, 'end=assumed'], [second, end]);
});

told('ends an alert that Alertmanager forgot in a restart, after stale-hours', async () => {
  const story = await Story.start({ options: 'stale-hours: 2' });
  await story.alertmanager.alert(['Once'], story.begin);
  await story.becomes([story.begin, null]);
  await story.alertmanager.stop('SIGKILL');
  await story.alertmanager.start();
  await story.pass(3 * 3_600_000);
  await story.alertmanager.alert(['Other'], story.begin + 1_000);
  await story.becomes([story.begin, -1, 'end=stale'], [story.begin + 1_000, null]);
  await story.alertmanager.alert(['Other'], story.begin + 1_000, story.begin + 2_000);
  await story.ends([story.begin, -1, 'end=stale'], [story.begin + 1_000, story.begin + 2_000]);
});

told('makes one span of an alert whose group changes by a new configuration', async () => {
  const story = await Story.start();
  const from = story.begin;
  await story.alertmanager.alert(['Reload', 'severity=page'], from);
  await story.becomes([from, null]);
  story.alertmanager.configure({ groupBy: 'severity' });
  story.alertmanager.signal('SIGHUP');
  await story.hears(2);
  await story.becomes([from, null]);
  await story.alertmanager.alert(['Reload', 'severity=page'], from, from + 9_000);
  await story.ends([from, from + 9_000]);
});

told('takes the end of an alert that was resolved while the server was away', async () => {
  const story = await Story.start({ isAlone: true });
  const [from, other] = [story.begin, story.begin + 10_000];
  await story.alertmanager.alert(['Away'], from);
  await story.becomes([from, null]);
  await story.hooks.server.stop();
  await story.alertmanager.alert(['Away'], from, from + 9_000);
  await story.alertmanager.alert(['Later'], other);
  await until(
    async () =>
      /notifications_failed_total\{[^}]*webhook[^}]*\} [1-9]/.test(await metricsOf(story.alertmanager)),
    'a message fails',
  );
  await story.serveAgain();
  await story.becomes([from, from + 9_000], [other, null]);
  await story.alertmanager.alert(['Later'], other, other + 9_000);
  await story.ends([from, from + 9_000], [other, other + 9_000]);
});

told(
  'does not end the alerts of one Alertmanager by messages of another about a group of the same name',
  async () => {
    const story = await Story.start({
      repeat: '1h',
      flags: ['--cluster.listen-address=', '--web.external-url=http://ams:9093'],
    });
    const second = await startAlertmanager({
      ...{ hook: story.hooks.server.url + story.path, token: writer, repeat: '1h' },
      flags: ['--cluster.listen-address=', '--web.external-url=http://fra:9093'],
    });
    const [ams, fra] = [story.begin, story.begin + 1_000];
    await story.alertmanager.alert(['Disk', 'dc=ams'], ams);
    await story.becomes([ams, null]);
    await second.alert(['Disk', 'dc=fra'], fra);
    await story.becomes([ams, null], [fra, null]);
    await second.alert(['Disk', 'dc=fra'], fra, fra + 9_000);
    await story.becomes([ams, null], [fra, fra + 9_000]);
    await story.alertmanager.alert(['Disk', 'dc=ams'], ams, ams + 20_000);
    await story.ends([ams, ams + 20_000], [fra, fra + 9_000]);
  },
);

// The second of a pair waits for its turn, and reports then what was true before: firing after resolved.
toldLong('makes one span of each alert that both Alertmanagers of a pair report, in any order', async () => {
  const [one, other] = [await quietPort(), await quietPort()];
  const flagsOf = (own: number, peer: number): readonly string[] => [
    ...[`--cluster.listen-address=127.0.0.1:${own}`, `--cluster.advertise-address=127.0.0.1:${own}`],
    ...[`--cluster.peer=127.0.0.1:${peer}`, '--cluster.settle-timeout=3s', '--cluster.peer-timeout=5s'],
  ];
  const how = { interval: '12s', repeat: '1h' };
  const story = await Story.start({ ...how, flags: flagsOf(one, other) });
  const second = await startAlertmanager({
    ...{ hook: story.hooks.server.url + story.path, token: writer, ...how, flags: flagsOf(other, one) },
  });
  const pair = [story.alertmanager, second] as const;
  for (const { url } of pair)
    await until(async () => (await peersOf(url)) === 2, 'the pair knows each other');
  const names = ['X', 'Y'] as const;
  const from = { X: story.begin, Y: story.begin + 1_000 };
  await pair[0].alert(['X'], from.X);
  await pair[1].alert(['Y'], from.Y);
  await story.becomes([from.X, null], [from.Y, null]);
  // Their turns differ by as much.
  const turn = Date.now() + 3_000;
  await until(() => Date.now() > turn, 'the turns differ');
  await pair[1].alert(['X'], from.X);
  await pair[0].alert(['Y'], from.Y);
  const before = turn + 21_000;
  await until(() => Date.now() > before, 'the end of the second interval');
  const end = { X: from.X + 9_000, Y: from.Y + 9_000 };
  for (const name of names) for (const each of pair) await each.alert([name], from[name], end[name]);
  await story.becomes([from.X, end.X], [from.Y, end.Y]);
  // All that the pair still has to say.
  const after = Date.now() + 30_000;
  await until(() => Date.now() > after, 'two intervals', 40);
  await story.ends([from.X, end.X], [from.Y, end.Y]);
});

const metricsOf = async ({ url }: Alertmanager): Promise<string> => (await fetch(`${url}/metrics`)).text();

async function peersOf(url: string): Promise<number> {
  const status = (await (await fetch(`${url}/api/v2/status`)).json()) as {
    readonly cluster: { readonly status: string; readonly peers: readonly unknown[] };
  };
  return status.cluster.status === 'ready' ? status.cluster.peers.length : 0;
}
