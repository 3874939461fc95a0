// Maps metric alerts of Sentry, which have both a start and a detection. Pure.

import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { isWantedType, newEvent, together } from './new-event';
import { firstTextAt, isObject, scalarAt, textAt } from './payload';
import { timeAt } from './times';
import { cleanLink, describe, nameWord, typeWord } from './words';

/** Why a delivery is ignored by its headers; null if it must be read. */
export function unwantedBySentry({ headers }: Pick<HookRequest, 'headers'>): string | null {
  const resource = headers['sentry-hook-resource'] ?? '';
  return resource === 'metric_alert' || resource === '' ? null : `${nameWord(resource)} becomes no event`;
}

/** Maps a delivery. */
export function mapSentry(request: HookRequest): Mapped {
  const { json, hook } = request;
  const alert = 'data.metric_alert';
  const id = scalarAt(json, `${alert}.id`);
  if (!isObject(json) || id === '') return misread('the body has no "data.metric_alert.id"');
  const action = textAt(json, 'action');
  const start = timeAt(json, `${alert}.date_started`, `${alert}.date_created`);
  if (start === null) return misread('"data.metric_alert.date_started" is missing');
  const name = firstTextAt(json, `${alert}.alert_rule.name`, `${alert}.title`);
  const stem = typeWord('alert', name);
  if (!isWantedType(`${stem}_start`, hook.options.types))
    return ignored(`the option types leaves out ${stem}_start`);
  const title = textAt(json, 'data.description_title') || name;
  const tags: [string, string][] = [
    ['span', `${hook.name}-${id}`],
    ['project', hook.options.project || textAt(json, `${alert}.projects.0`)],
  ];
  const body = [textAt(json, 'data.description_text'), cleanLink(textAt(json, 'data.web_url'))].filter(
    Boolean,
  );
  const mark = (role: string, time: number, description: string): Mapped =>
    newEvent(request, { time, type: `${stem}_${role}`, tags, description, key: `${id}:${role}` });
  const detected = timeAt(json, `${alert}.date_detected`);
  const closed = timeAt(json, `${alert}.date_closed`);
  return together([
    mark('start', start, action === 'resolved' ? describe(name) : describe(title, [], body.join('\n'))),
    ...(detected === null
      ? []
      : [mark('detected', detected, describe(action === 'resolved' ? name : title))]),
    ...(action === 'resolved'
      ? [mark('end', closed ?? request.now, describe(title, [], body.join('\n')))]
      : []),
  ]);
}
