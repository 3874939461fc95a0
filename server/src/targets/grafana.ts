// Writes requests for Grafana's annotations API, so that Grafana shows events without the plugin. Pure.

import { withoutMarkup } from './chat-text';
import type { Message } from './message';
import { mirrorTag } from './target';

/** A request to the annotations API. */
export interface AnnotationRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Is added to the path of the API. */
  readonly path: string;
  /** `''` for a request without a body. */
  readonly body: string;
  /** What to remember after it: the id of the new annotation, the same as before, or nothing. */
  readonly after: 'new' | 'same' | 'forgotten';
}

/** What an annotation is about; its id is remembered under this name. */
export function subjectOf(message: Message): string {
  if (message.type === 'span.gone') return `span ${message.spanId}`;
  return 'span' in message ? `span ${message.span.id}` : `event ${message.event.id}`;
}

/** The request for a message; null if there is nothing to do. `known`: the id of the annotation, if there is one. */
export function annotationRequest(
  message: Message,
  known: number | null,
  base: string,
): AnnotationRequest | null {
  if (message.type === 'span.gone' || message.type === 'event.deleted') {
    return known === null ? null : { method: 'DELETE', path: `/${known}`, body: '', after: 'forgotten' };
  }
  const body = JSON.stringify(annotationOf(message, base));
  return known === null
    ? { method: 'POST', path: '', body, after: 'new' }
    : { method: 'PATCH', path: `/${known}`, body, after: 'same' };
}

function annotationOf(message: Exclude<Message, { readonly type: 'span.gone' }>, base: string) {
  if ('span' in message) {
    const { id, type, title, begin, end, tags } = message.span;
    return {
      time: begin,
      // An open span is a point. A span that is open again becomes one.
      timeEnd: end ?? begin,
      tags: withMirrorTag(type, tags),
      text: textOf(title, base, `spans/${id}`),
    };
  }
  const { id, time, type, tags, description } = message.event;
  return { time, tags: withMirrorTag(type, tags), text: textOf(description, base, `events/${id}`) };
}

function withMirrorTag(type: string, tags: readonly string[]): readonly string[] {
  return [...new Set([type, ...tags, mirrorTag])];
}

// Grafana shows the text as HTML.
function textOf(text: string, base: string, path: string): string {
  const safe = withoutMarkup(text);
  const link = `${base}/${path}`.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return base === '' ? safe : `${safe}\n<a href="${link}">Open in Anthracite</a>`;
}
