// What Debian's Alertmanager reports of alerts that amtool adds: one span per occurrence, and each span ends.

import { until } from '@anthracite/testing';
import { withAlertmanager } from './alert-peers';
import { Story } from './alert-story';

const hour = 3_600_000;
const told = withAlertmanager.concurrent;

told('makes one span of an alert that fires, is repeated and is resolved', async () => {
  const story = await Story.start();
  const [from, to] = [story.begin, story.begin + 60_500];
  const labels = ['alertname=Größe <b> & 5', 'severity=critical', 'instance=web1:9100', 'path=C:\\a=b c'];
  await story.alertmanager.alert(labels, from);
  await story.becomes([from, null]);
  await story.hears();
  await story.becomes([from, null]);
  await story.alertmanager.alert(labels, from, to);
  await story.becomes([from, to]);
  const events = await story.hooks.events();
  const start = events.find(({ type }) => type === 'alert_Größe_<b>_&_5_start');
  expect(start).toMatchObject({ time: from });
  expect(start?.['tags']).toEqual(
    expect.arrayContaining(['severity=critical', 'instance=web1:9100', 'path=C:\\a=b_c']),
  );
  await story.ends([from, to]);
});

told('makes a span of each alert of a group that is resolved in parts', async () => {
  const story = await Story.start();
  const [one, other] = [story.begin, story.begin + 1_000];
  await story.alertmanager.alert(['Disk', 'disk=sda'], one);
  await story.alertmanager.alert(['Disk', 'disk=sdb'], other);
  await story.becomes([one, null], [other, null]);
  await story.alertmanager.alert(['Disk', 'disk=sda'], one, one + 5_000);
  await story.becomes([one, one + 5_000], [other, null]);
  await story.hears(2);
  await story.becomes([one, one + 5_000], [other, null]);
  await story.alertmanager.alert(['Disk', 'disk=sdb'], other, other + 9_000);
  await story.ends([one, one + 5_000], [other, other + 9_000]);
});

told('makes a span of each occurrence of an alert that fires again after it was resolved', async () => {
  const story = await Story.start();
  const spans: [number, number][] = [];
  for (const second of [0, 20, 40]) {
    const from = story.begin + second * 1_000;
    await story.alertmanager.alert(['Slow'], from);
    await story.becomes(...spans, [from, null]);
    await story.alertmanager.alert(['Slow'], from, from + 5_000);
    spans.push([from, from + 5_000]);
    await story.becomes(...spans);
  }
  await story.ends(...spans);
});

told('leaves no span open of an alert that flaps faster than the interval of its group', async () => {
  const story = await Story.start({ interval: '4s' });
  const [first, last] = [story.begin, story.begin + 40_000];
  await story.alertmanager.alert(['Flap'], first);
  await story.becomes([first, null]);
  for (const from of [first, story.begin + 20_000, last]) {
    await story.alertmanager.alert(['Flap'], from);
    await story.alertmanager.alert(['Flap'], from, from + 5_000);
  }
  await story.ends([first, last, 'end=assumed'], [last, last + 5_000]);
});

told('makes a span of an alert that ended before its group was first told', async () => {
  const story = await Story.start();
  const [short, long] = [story.begin, story.begin + 10_000];
  await story.alertmanager.alert(['Blink', 'disk=sda'], short, short + 1_000);
  await story.alertmanager.alert(['Blink', 'disk=sdb'], long);
  await story.hears();
  const spans = (await story.spans()).filter(([from]) => from !== long);
  // Alertmanager may have forgotten it, as no message had reported that it fires.
  expect([[], [[short, short + 1_000]]]).toContainEqual(spans);
  await story.alertmanager.alert(['Blink', 'disk=sdb'], long, long + 5_000);
  await story.ends(...spans, [long, long + 5_000]);
});

told('moves the start back to that of another replica, which reports the alert later', async () => {
  const story = await Story.start();
  const from = story.begin + 90_000;
  await story.alertmanager.alert(['Replica'], from);
  await story.becomes([from, null]);
  await story.alertmanager.alert(['Replica'], story.begin);
  await story.becomes([story.begin, null]);
  await story.alertmanager.alert(['Replica'], from, from + 5_000);
  await story.ends([story.begin, from + 5_000]);
});

told('opens the span again if the alert fires under the start that it had', async () => {
  const story = await Story.start();
  const from = story.begin;
  await story.alertmanager.alert(['Resume'], from);
  await story.becomes([from, null]);
  await story.alertmanager.alert(['Resume'], from, from + 5_000);
  await story.becomes([from, from + 5_000]);
  await story.alertmanager.alert(['Resume'], from);
  await story.becomes([from, null]);
  await story.alertmanager.alert(['Resume'], from, from + 50_000);
  await story.ends([from, from + 50_000]);
});

told('makes one span of an alert that is silenced for a while', async () => {
  const story = await Story.start();
  const from = story.begin;
  await story.alertmanager.alert(['Silent'], from);
  await story.becomes([from, null]);
  const silence = await story.alertmanager.amtool(...silenceOf('alertname=Silent'));
  await story.alertmanager.amtool('silence', 'expire', silence);
  await story.alertmanager.alert(['Silent'], from, from + 7_000);
  await story.ends([from, from + 7_000]);
});

told('ends an alert as stale that ended while it was silenced, in a group that still fires', async () => {
  const story = await Story.start();
  const [silent, loud] = [story.begin, story.begin + 1_000];
  await story.alertmanager.alert(['Silent', 'disk=sda'], silent);
  await story.alertmanager.alert(['Silent', 'disk=sdb'], loud);
  await story.becomes([silent, null], [loud, null]);
  await story.alertmanager.amtool(...silenceOf('disk=sda'));
  await story.alertmanager.alert(['Silent', 'disk=sda'], silent, silent + 5_000);
  await story.becomes([silent, -1, 'end=stale'], [loud, null]);
  await story.alertmanager.alert(['Silent', 'disk=sdb'], loud, loud + 5_000);
  await story.ends([silent, -1, 'end=stale'], [loud, loud + 5_000]);
});

told('ends an alert as stale that ended while it was inhibited, after stale-hours', async () => {
  const story = await Story.start({
    options: 'stale-hours: 2',
    sections:
      "inhibit_rules: [{ source_matchers: ['alertname = Cause'], target_matchers: ['alertname = Effect'] }]",
  });
  const [effect, cause] = [story.begin, story.begin + 10_000];
  await story.alertmanager.alert(['Effect'], effect);
  await story.becomes([effect, null]);
  await story.alertmanager.alert(['Cause'], cause);
  await story.alertmanager.alert(['Effect'], effect, effect + 20_000);
  await story.becomes([effect, null], [cause, null]);
  await story.pass(hour);
  await story.hears(2);
  await story.becomes([effect, null], [cause, null]);
  await story.pass(hour + 60_000);
  await story.becomes([effect, -1, 'end=stale'], [cause, null]);
  await story.alertmanager.alert(['Cause'], cause, cause + 40_000);
  // Alertmanager may still report the true end of the effect.
  await until(async () => (await story.spans()).every(([, end]) => end !== null), 'all have ended');
  expect(await story.spans()).toHaveLength(2);
});

told('makes two spans of an alert that ended in a silence and fires after it', async () => {
  const story = await Story.start();
  const [first, second] = [story.begin, story.begin + 60_000];
  await story.alertmanager.alert(['Silent'], first);
  await story.becomes([first, null]);
  const silence = await story.alertmanager.amtool(...silenceOf('alertname=Silent'));
  await story.alertmanager.alert(['Silent'], first, first + 5_000);
  await story.alertmanager.alert(['Silent'], second);
  await story.alertmanager.amtool('silence', 'expire', silence);
  await story.becomes([first, second, 'end=assumed'], [second, null]);
  await story.alertmanager.alert(['Silent'], second, second + 5_000);
  await story.ends([first, second, 'end=assumed'], [second, second + 5_000]);
});

told('makes one span of an alert that two routes report', async () => {
  const story = await Story.start({
    route:
      'routes: [{ receiver: anthracite, continue: true }, { receiver: anthracite, group_by: [severity] }]',
  });
  await story.alertmanager.alert(['Twice', 'severity=page'], story.begin);
  await story.hears(2);
  await story.becomes([story.begin, null]);
  await story.alertmanager.alert(['Twice', 'severity=page'], story.begin, story.begin + 5_000);
  await story.ends([story.begin, story.begin + 5_000]);
});

told('ends an alert that max_alerts leaves out, after stale-hours', async () => {
  const story = await Story.start({ options: 'stale-hours: 2', receiver: 'max_alerts: 1' });
  const [pushedOut, listed] = [story.begin, story.begin + 10_000];
  await story.alertmanager.alert(['Disk', 'disk=sdb'], pushedOut);
  await story.becomes([pushedOut, null]);
  await story.alertmanager.alert(['Disk', 'disk=sda'], listed);
  await story.becomes([pushedOut, null], [listed, null]);
  await story.alertmanager.alert(['Disk', 'disk=sdb'], pushedOut, pushedOut + 5_000);
  await story.hears(2);
  await story.alertmanager.alert(['Disk', 'disk=sda'], listed, listed + 5_000);
  await story.becomes([pushedOut, -1, 'end=stale'], [listed, listed + 5_000]);
  await story.ends([pushedOut, -1, 'end=stale'], [listed, listed + 5_000]);
});

told('ends alerts as stale if the receiver does not send resolved ones', async () => {
  const story = await Story.start({ options: 'stale-hours: 2', receiver: 'send_resolved: false' });
  const [one, other] = [story.begin, story.begin + 1_000];
  await story.alertmanager.alert(['Disk', 'disk=sda'], one);
  await story.alertmanager.alert(['Disk', 'disk=sdb'], other);
  await story.becomes([one, null], [other, null]);
  await story.alertmanager.alert(['Disk', 'disk=sda'], one, one + 5_000);
  await story.becomes([one, -1, 'end=stale'], [other, null]);
  await story.alertmanager.alert(['Disk', 'disk=sdb'], other, other + 5_000);
  await story.alertmanager.stop();
  await story.pass(3 * hour);
  await story.ends([one, -1, 'end=stale'], [other, -1, 'end=stale']);
});

told('makes one span of a group with per: group', async () => {
  const story = await Story.start({ options: 'per: group' });
  const [one, other] = [story.begin, story.begin + 10_000];
  await story.alertmanager.alert(['Disk', 'disk=sda'], one);
  await story.becomes([one, null]);
  await story.alertmanager.alert(['Disk', 'disk=sdb'], other);
  await story.hears();
  await story.alertmanager.alert(['Disk', 'disk=sda'], one, one + 15_000);
  await story.hears();
  await story.becomes([one, null]);
  await story.alertmanager.alert(['Disk', 'disk=sdb'], other, other + 25_000);
  await story.ends([one, other + 25_000]);
});

const silenceOf = (matcher: string): readonly string[] => [
  ...['silence', 'add', '--author=tests', '--comment=a story', '--duration=1h', matcher],
];
