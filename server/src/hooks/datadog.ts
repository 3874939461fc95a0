// Maps events that clients of Datadog's API send, in both versions. Pure.

import { contentKey, toTagWord } from '@anthracite/protocol/change';
import { type HookRequest, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { isObject, type Json, listAt, objectAt, scalarAt, scalarText, textAt } from './payload';
import { timeAt } from './times';
import { describe, pairOfTag, typeWord } from './words';

/** Maps an event. */
export function mapDatadog(request: HookRequest): Mapped {
  const { json } = request;
  if (!isObject(json)) return misread('the body is not a JSON object');
  return isObject(json['data'])
    ? mapSecond(objectAt(json, 'data.attributes'), request)
    : mapFirst(json, request);
}

/** A text without the fences of Markdown. */
export function unfenced(text: string): string {
  const [, inner] = /^\s*%%%\s*([\s\S]*?)\s*%%%\s*$/.exec(text) ?? [];
  return inner ?? text;
}

function tagsOf(json: Json): (readonly [string, string])[] {
  return listAt(json, 'tags').map((tag) => pairOfTag(scalarText(tag)));
}

function mapFirst(json: Json, request: HookRequest): Mapped {
  const title = textAt(json, 'title');
  const text = unfenced(textAt(json, 'text'));
  if (title === '' && text === '') return misread('"title" is missing');
  return newEvent(request, {
    time: timeAt(json, 'date_happened') ?? request.now,
    type: toTagWord(textAt(json, 'source_type_name')) || 'event',
    tags: [['host', textAt(json, 'host')], ...tagsOf(json), ['alert_type', textAt(json, 'alert_type')]],
    description: describe(title || (text.split('\n')[0] ?? ''), [], title === '' ? '' : text),
    key: null,
  });
}

function mapSecond(event: Json, request: HookRequest): Mapped {
  const details = objectAt(event, 'attributes');
  const title = textAt(event, 'title');
  if (title === '') return misread('"data.attributes.title" is missing');
  const isAlert = textAt(event, 'category') === 'alert';
  const id = scalarAt(event, 'aggregation_key') || contentKey(title);
  const service = listAt(details, 'impacted_resources').find((one) => textAt(one, 'type') === 'service');
  const role = textAt(details, 'status') === 'ok' ? 'end' : 'start';
  return newEvent(request, {
    time: timeAt(event, 'timestamp') ?? request.now,
    type: isAlert
      ? `${typeWord('alert', id)}_${role}`
      : typeWord('change', textAt(details, 'changed_resource.type')),
    tags: [
      ['span', isAlert ? id : ''],
      ['host', textAt(event, 'host')],
      ['resource', textAt(details, 'changed_resource.name')],
      ['service', textAt(service, 'name')],
      ['by', textAt(details, 'author.name')],
      ...tagsOf(event),
    ],
    description: describe(title, [], unfenced(textAt(event, 'message'))),
    key: null,
  });
}
