// Writes messages for Slack's incoming webhooks. Mattermost, Rocket.Chat and Discord accept the same shape. Pure.

import { slackText } from './chat-text';
import type { EventMessage, SpanMessage } from './message';
import { toNote } from './note';

/** The body of a request. */
export function slackBody(message: EventMessage | SpanMessage, base: string): string {
  const { title, text, facts, link, color, time } = toNote(message, base);
  const safeTitle = slackText(title);
  return JSON.stringify({
    attachments: [
      {
        fallback: safeTitle,
        color,
        title: safeTitle,
        ...(link !== null && { title_link: link }),
        text: slackText(text),
        fields: facts.map(([name, value]) => ({
          title: name,
          value: slackText(value),
          short: value.length < 40,
        })),
        footer: 'Anthracite',
        ts: Math.floor(time / 1_000),
        mrkdwn_in: [],
      },
    ],
  });
}
