// Maps notifications of collectd's plugin write_http: states of checks, each a state of an alert. Pure.

import { cleanText, contentKey } from '@anthracite/protocol/change';
import { labelPairTags, stemOf } from './alerts';
import { type HookAlert, type HookRequest, type Mapped, misread, nothing } from './hook';
import { hookTags, isWantedType } from './new-event';
import { isObject, type Json, objectAt, textAt } from './payload';
import { timeAt } from './times';
import { describe } from './words';

/** Maps a list of notifications. Nothing in them names an occurrence, and their time is that of the notification. */
export function mapCollectd(request: HookRequest): Mapped {
  const { json } = request;
  if (!Array.isArray(json))
    return misread('the body is not a list; set "Format JSON" in the node of write_http');
  const parts = json.map((item) => readNotification(isObject(item) ? item : {}, request));
  const texts = parts.filter((part) => typeof part === 'string');
  const alerts = parts.filter((part) => typeof part !== 'string');
  const known =
    alerts.length === 0 ? null : { alerts, group: '', isWhole: false, isFolded: false, isState: true };
  const isMisread = (text: string): boolean => text === noNotification;
  return {
    ...nothing,
    alerts: known,
    ignored: texts.filter((text) => !isMisread(text)),
    problems: texts.filter(isMisread),
  };
}

const noNotification = 'an item has no labels "alertname" and "severity"';

/** The alert, or the reason why it becomes none. */
function readNotification(item: Json, { hook, now }: HookRequest): HookAlert | string {
  const { severity, alertname, instance, service: _always, ...others } = objectAt(item, 'labels');
  if (typeof severity !== 'string' || typeof alertname !== 'string') return noNotification;
  const name = alertname.replace(/^collectd_/, '');
  const stem = stemOf(name, severity, hook.options);
  if (!isWantedType(`${stem}_start`, hook.options.types)) return `the option types leaves out ${stem}_start`;
  const isFiring = severity !== 'OKAY';
  const start = timeAt(item, 'startsAt') ?? now;
  const text = cleanText(textAt(item, 'annotations.summary')) || name;
  const tags = labelPairTags(Object.entries({ severity, host: instance, ...others }));
  return {
    id: contentKey(JSON.stringify([alertname, instance, ...Object.entries(others).sort().flat()])),
    ...{ isFiring, start, end: isFiring ? null : start, stem },
    tags: hookTags(hook, tags, hook.kind),
    ...{ firing: describe(text), resolved: describe(text) },
  };
}
