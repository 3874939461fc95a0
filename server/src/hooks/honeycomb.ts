// Maps markers that clients of Honeycomb send. Pure.

import { contentKey, toTagWord } from '@anthracite/protocol/change';
import { type HookRequest, type Mapped, misread } from './hook';
import { newEvent, together } from './new-event';
import { isObject, textAt } from './payload';
import { timeAt } from './times';
import { describe } from './words';

/** Maps a marker; with an end, it becomes a span. */
export function mapHoneycomb(request: HookRequest): Mapped {
  const { json, now, path } = request;
  if (!isObject(json)) return misread('the body is not a JSON object');
  const type = toTagWord(textAt(json, 'type')) || 'marker';
  const message = textAt(json, 'message');
  const time = timeAt(json, 'start_time') ?? now;
  const end = timeAt(json, 'end_time');
  const description = describe(message || type, [textAt(json, 'url')]);
  const dataset: [string, string] = ['dataset', datasetOf(path)];
  if (end === null || end <= time) {
    return newEvent(request, { time, type, tags: [dataset], description, key: null });
  }
  const tags: [string, string][] = [
    ['span', contentKey(JSON.stringify([time, end, type, message, dataset]))],
    dataset,
  ];
  return together([
    newEvent(request, { time, type: `${type}_start`, tags, description, key: null }),
    newEvent(request, { time: end, type: `${type}_end`, tags, description, key: null }),
  ]);
}

// A client does not encode a slash in the name.
function datasetOf(path: string): string {
  const [, name = ''] = /^\/1\/markers\/(.+?)\/?$/.exec(path) ?? [];
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
