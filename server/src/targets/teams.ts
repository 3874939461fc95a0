// Writes messages for Microsoft Teams: an Adaptive Card. Pure.

import { harmless } from './chat-text';
import type { EventMessage, SpanMessage } from './message';
import { toNote } from './note';

/** The body of a request. */
export function teamsBody(message: EventMessage | SpanMessage, base: string): string {
  const { title, text, facts, link, time } = toNote(message, base);
  const when = ['time', new Date(time).toISOString()] as const;
  return JSON.stringify({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', text: harmless(title), weight: 'Bolder', size: 'Medium', wrap: true },
            ...(text === '' ? [] : [{ type: 'TextBlock', text: harmless(text), wrap: true }]),
            {
              type: 'FactSet',
              facts: [...facts, when].map(([name, value]) => ({ title: name, value: harmless(value) })),
            },
          ],
          actions: link === null ? [] : [{ type: 'Action.OpenUrl', title: 'Open in Anthracite', url: link }],
        },
      },
    ],
  });
}
