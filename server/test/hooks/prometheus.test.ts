// Alerts of Debian's Prometheus about the server itself: one span per occurrence, and each span ends.

import { needs, runProgram } from '@anthracite/testing';
import { start } from '../start';
import { startPrometheus, withPrometheus } from './alert-peers';
import { Story } from './alert-story';
import { admin } from './hook-server';

const isLong = process.env['ANTHRACITE_TEST_FAULTS'] === 'long';
const told = withPrometheus.concurrent;
const toldLong = isLong ? told : needs('the long form', false, 'optional');

// On a busy machine some scrapes fail, which would end the alert.
const rule = (more = ''): string =>
  `{ alert: Rejects, expr: 'last_over_time(anthracite_rejects[20s]) > 0', labels: { severity: warning }, annotations: { summary: 'bad lines: {{ $value }}' }${more} }`;

/** A story with a Prometheus that reads the metrics of the server. */
async function startObserved(
  rules: readonly string[] = [rule()],
  others: Partial<Parameters<typeof startPrometheus>[0]> = {},
) {
  const story = await Story.start({ isAlone: true });
  const { url } = story.hooks.server;
  const options = { rules, alertmanager: story.alertmanager.url, target: url, token: admin, ...others };
  return { story, options, prometheus: await startPrometheus(options) };
}

/** Makes the condition of the rule true: a line that is rejected. */
const reject = (story: Story): Promise<string> => story.hooks.server.send('this is no event\n');

/** Makes it false again. */
async function clear(story: Story): Promise<void> {
  const { rejects } = (await story.hooks.ask('/rejects')) as {
    readonly rejects: readonly { readonly id: number }[];
  };
  for (const { id } of rejects) {
    await story.hooks.server.fetch(`/rejects/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${admin}` },
    });
  }
}

told(
  'makes a span of each occurrence of an alert that a rule finds in the metrics of the server',
  async () => {
    const { story } = await startObserved();
    const spans: [number, number][] = [];
    for (let i = 0; i < 2; i++) {
      const before = Date.now();
      await reject(story);
      await story.becomes(...spans, [-1, null]);
      await story.hears();
      await story.becomes(...spans, [-1, null]);
      await clear(story);
      await story.becomes(...spans, [-1, -1]);
      const last = (await story.spans()).at(-1) as [number, number];
      expect(last[0]).toBeGreaterThanOrEqual(before);
      expect(last[1]).toBeGreaterThan(last[0]);
      spans.push(last);
    }
    const [start] = await story.hooks.events();
    expect(start).toMatchObject({ type: 'alert_Rejects_start' });
    expect(start?.['tags']).toEqual(
      expect.arrayContaining(['severity=warning', 'job=anthracite', 'tool=alertmanager']),
    );
    expect(start?.['description']).toMatch(/^Rejects: bad lines: 1\nhttp:\S+$/);
    await story.ends(...spans);
  },
);

// Alertmanager reports the end of an alert that Prometheus does not send any more, and then the same start again.
told('makes one span of an alert during which Prometheus is paused', async () => {
  const { story, prometheus } = await startObserved();
  await reject(story);
  await story.becomes([-1, null]);
  const [[from = 0] = []] = await story.spans();
  prometheus.signal('SIGSTOP');
  await story.becomes([from, -1]);
  prometheus.signal('SIGCONT');
  await story.becomes([from, null]);
  await clear(story);
  await story.ends([from, -1]);
});

told('ends an alert that two replicas report, although one replica is killed', async () => {
  const relabel = '[{ regex: replica, action: labeldrop }]';
  const { story, options, prometheus } = await startObserved([rule()], {
    externalLabels: '{ replica: a }',
    relabel,
  });
  const other = await startPrometheus({ ...options, externalLabels: '{ replica: b }' });
  await reject(story);
  await story.becomes([-1, null]);
  await story.hears(2);
  await prometheus.stop('SIGKILL');
  await story.hears(3);
  await story.becomes([-1, null]);
  await clear(story);
  await story.ends([-1, -1]);
  await other.stop();
});

told('gives an alert whose template fails the name of its rule as title', async () => {
  const { story } = await startObserved([
    `{ alert: Broken, expr: vector(1), annotations: { summary: '{{ first (query "nothing") }}' } }`,
  ]);
  await story.becomes([-1, null]);
  const [start] = await story.hooks.events();
  expect(String(start?.['description']).split('\n')[0]).toBe('Broken');
});

// Prometheus 2.42 forgets that an alert fired when it is restarted: the rest of the time is another occurrence.
toldLong('makes two spans of an alert with for: if Prometheus is restarted', async () => {
  const { story, prometheus } = await startObserved([rule(', for: 15s')]);
  await reject(story);
  await story.becomes([-1, null]);
  await prometheus.stop();
  await prometheus.start();
  await story.becomes([-1, -1], [-1, null]);
  await clear(story);
  await story.ends([-1, -1], [-1, -1]);
});

withPrometheus('serves metrics that promtool accepts', async () => {
  const server = await start();
  const text = await (await server.fetch('/metrics')).text();
  // The names of those of Node are chosen by the library.
  const own = text.split('\n').filter((line) => !/^(?:# \w+ )?nodejs_/.test(line));
  const { stdout, stderr } = await runProgram('promtool', ['check', 'metrics'], { input: own.join('\n') });
  expect(stdout + stderr).toBe('');
});
