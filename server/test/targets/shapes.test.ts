// The shapes of messages: what each receiver gets, with texts that try to do harm.

import { until } from '@anthracite/testing';
import { annotationRequest } from '../../src/targets/grafana';
import { toMail } from '../../src/targets/mail';
import { type Message, type SpanMessage, spanMessage, storedMessage } from '../../src/targets/message';
import { slackBody } from '../../src/targets/slack';
import { teamsBody } from '../../src/targets/teams';
import { bodiesOf, receive, startSending } from './receiver';

const base = 'https://events.example.com';
const event = (type: string, description: string, tags: readonly string[] = []) =>
  storedMessage({ id: 7, time: 1_467_844_481_250, type, tags, description });
const hostile = event(
  'deploy_shop',
  '<!channel> @here @all & <https://evil.example|login> [bank](https://evil.example)\nme@example.com ![x](https://evil.example/x.png)',
  ['by=@everyone'],
);

test('writes an attachment for Slack, with the colour of the severity and a link', () => {
  const incident = event('incident_sev1_start', 'shop is down\nsince the release', ['env=prod']);
  expect(JSON.parse(slackBody(incident, base))).toEqual({
    attachments: [
      {
        fallback: 'shop is down',
        color: '#8c1022',
        title: 'shop is down',
        title_link: 'https://events.example.com/events/7',
        text: 'since the release',
        fields: [
          { title: 'type', value: 'incident_sev1_start', short: true },
          { title: 'tags', value: 'env=prod', short: true },
        ],
        footer: 'Anthracite',
        ts: 1_467_844_481,
        mrkdwn_in: [],
      },
    ],
  });
  const colors = ['incident_sev3_start', 'gain_sev1_start', 'puppet_failed', 'deploy_x'].map(
    (type) => JSON.parse(slackBody(event(type, 'x'), base)).attachments[0].color,
  );
  expect(new Set(colors).size).toBe(4);
});

test('escapes markup and breaks mentions and links in chats', () => {
  const slack = slackBody(hostile, '');
  expect(slack).not.toMatch(/<|>/);
  expect(slack).toContain('&lt;!channel&gt; @\u200bhere @\u200ball &amp;');
  for (const body of [slack, teamsBody(hostile, '')]) {
    expect(body).not.toMatch(/@(here|all|everyone)/);
    expect(body).not.toContain('](');
    expect(body).toContain('me@example.com');
  }
  expect(slack).not.toContain('title_link');
});

test('cuts long texts, and never in the middle of a character', () => {
  const long = event('x', `${'😀'.repeat(400)}\n${'é'.repeat(60_000)}`);
  const [{ title, text }] = JSON.parse(slackBody(long, base)).attachments;
  expect([title.length <= 200, title.endsWith('😀...'), text.length]).toEqual([true, true, 3_000]);
});

test('writes an Adaptive Card for Teams', () => {
  const card = JSON.parse(teamsBody(event('deploy_shop', 'release 42\nby Ann', ['env=prod']), base));
  expect(card).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          body: [
            { type: 'TextBlock', text: 'release 42', weight: 'Bolder' },
            { type: 'TextBlock', text: 'by Ann' },
            {
              type: 'FactSet',
              facts: [
                { title: 'type', value: 'deploy_shop' },
                { title: 'tags', value: 'env=prod' },
                { title: 'time', value: '2016-07-06T22:34:41.250Z' },
              ],
            },
          ],
          actions: [{ type: 'Action.OpenUrl', url: 'https://events.example.com/events/7' }],
        },
      },
    ],
  });
});

test('writes mail whose subject is one line', () => {
  expect(toMail(event('deploy_shop', 'release\u000b42\rBcc: x\nby Ann', ['env=prod']), base)).toEqual({
    subject: 'release 42 Bcc: x',
    text: 'release\u000b42\rBcc: x\n\nby Ann\n\ntime: 2016-07-06T22:34:41.250Z\ntype: deploy_shop\ntags: env=prod\n\nhttps://events.example.com/events/7\n',
    messageId: '<evt_7@anthracite>',
    time: 1_467_844_481_250,
  });
});

test('writes an annotation as HTML, and changes it when its id is known', () => {
  const open = spanMessage(spanOf(null));
  const ended = spanMessage(spanOf(61_000));
  const sent = (message: Message, known: number | null) => {
    const { method, path, body, after } = annotationRequest(message, known, base) ?? {
      ...{ method: '', path: '', body: '', after: '' },
    };
    return [method, path, body === '' ? null : JSON.parse(body), after];
  };
  const text = 'a &lt;b&gt; &amp; c\n<a href="https://events.example.com/spans/7">Open in Anthracite</a>';
  const tags = ['incident_sev2', 'incident=7', 'anthracite'];
  expect(sent(open, null)).toEqual(['POST', '', { time: 1_000, timeEnd: 1_000, tags, text }, 'new']);
  expect(sent(ended, 5)).toEqual(['PATCH', '/5', { time: 1_000, timeEnd: 61_000, tags, text }, 'same']);
  expect(sent({ id: 'g', type: 'span.gone', at: 0, spanId: 7 }, 5)).toEqual([
    'DELETE',
    '/5',
    null,
    'forgotten',
  ]);
  expect(annotationRequest({ id: 'g', type: 'span.gone', at: 0, spanId: 7 }, null, base)).toBeNull();
  expect([open.type, ended.type]).toEqual(['span.opened', 'span.resolved']);
  expect(open.id).not.toBe(ended.id);
  expect(spanMessage(spanOf(61_000)).id).toBe(ended.id);
});

test("sends to Discord at its path for Slack's messages, and no more than one message a second to a chat", async () => {
  const receiver = await receive();
  const server = await startSending(
    `send:\n  - { as: discord, url: "${receiver.url}/api/webhooks/1/x" }\n  - { as: slack, url: "${receiver.url}/slack/x", spans: true, type: "incident_*" }\n`,
  );
  await server.send('1 deploy one\n2 deploy two\n3 incident_sev1_start;incident=1 down\n');
  await until(() => receiver.received.length === 4, 'all messages arrive');
  expect(receiver.received.map(({ path }) => path).sort()).toEqual([
    ...Array(3).fill('/api/webhooks/1/x/slack'),
    '/slack/x',
  ]);
  const spans = bodiesOf(receiver).filter((_, i) => receiver.received[i]?.path === '/slack/x');
  expect(spans).toMatchObject([{ attachments: [{ title: 'Started: down', color: '#8c1022' }] }]);
  expect(server.pauses.length).toBeGreaterThanOrEqual(2);
  expect(Math.max(...server.pauses)).toBeLessThanOrEqual(1_000);
});

function spanOf(end: number | null): Parameters<typeof spanMessage>[0] {
  return {
    id: 7,
    type: 'incident_sev2',
    key: '7',
    scale: 'incident',
    title: 'a <b> & c',
    ...{ begin: 1_000, start: 1_000, detected: null, end },
    ...{ severity: 2, impact: null, origin: null, levels: [], problems: [] },
    tags: ['incident=7'],
    marks: [{ id: 7, time: 1_000, type: 'incident_sev2_start', role: 'start' }],
    markCount: end === null ? 1 : 2,
  } satisfies Parameters<typeof spanMessage>[0] & { id: SpanMessage['span']['id'] };
}
