// Writes the body of a Standard Webhook (version 1.0.0 of that specification). Pure.

import type { EventMessage, SpanMessage } from './message';

/** The body of a request. Equal for each attempt. */
export function webhookBody(message: EventMessage | SpanMessage, base: string): string {
  const data =
    'span' in message
      ? { ...message.span, ...urlOf(base, 'spans', message.span.id) }
      : {
          ...message.event,
          ...(message.before !== null && { before: message.before }),
          ...urlOf(base, 'events', message.event.id),
        };
  return JSON.stringify({ type: message.type, timestamp: new Date(message.at).toISOString(), data });
}

function urlOf(base: string, folder: string, id: number): { readonly url?: string } {
  return base === '' ? {} : { url: `${base}/${folder}/${id}` };
}
