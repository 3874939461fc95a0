// Maps events that clients of PagerDuty's Events API send. Pure. The routing key in the body is the secret, and is not stored.

import { contentKey } from '@anthracite/protocol/change';
import { type HookRequest, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { isObject, listAt, objectAt, scalarText, textAt } from './payload';
import { timeAt } from './times';
import { describe } from './words';

const minuteMs = 60_000;
const severities: Readonly<Record<string, number>> = { critical: 2, error: 3, warning: 4, info: 4 };

/** Maps a change, or an alert, which begins, is acknowledged or is resolved. */
export function mapPagerduty(request: HookRequest): Mapped {
  const { json, path, now } = request;
  if (!isObject(json)) return misread('the body is not a JSON object');
  const action = textAt(json, 'event_action');
  const isChange = action === '' || path.endsWith('/change/enqueue');
  const time = timeAt(json, 'payload.timestamp');
  const summary = textAt(json, 'payload.summary');
  const links = listAt(json, 'links').map((link) => textAt(link, 'href'));
  if (isChange) {
    if (summary === '') return misread('"payload.summary" is missing');
    return newEvent(request, {
      time: time ?? now,
      type: 'change',
      tags: [
        ['source', textAt(json, 'payload.source')],
        ...Object.entries(objectAt(json, 'payload.custom_details')).map(([name, value]): [string, string] => [
          name,
          scalarText(value),
        ]),
      ],
      description: describe(summary, links),
      key: null,
    });
  }
  const id = dedupKey(json, now);
  const incident: [string, string] = ['incident', id];
  const minute = Math.floor(now / minuteMs);
  if (action === 'trigger') {
    if (summary === '') return misread('"payload.summary" is missing');
    const word = textAt(json, 'payload.severity');
    const severity = Object.hasOwn(severities, word) ? severities[word] : 4;
    return newEvent(request, {
      time: time ?? now,
      type: `incident_sev${severity}_start`,
      tags: [
        incident,
        ...['source', 'component', 'group', 'class'].map((name): [string, string] => [
          name,
          textAt(json, `payload.${name}`),
        ]),
      ],
      description: describe(summary, [textAt(json, 'client_url'), ...links]),
      key: time === null ? `${id}:trigger:${minute}` : null,
    });
  }
  if (action !== 'acknowledge' && action !== 'resolve') {
    return misread('"event_action" must be trigger, acknowledge or resolve');
  }
  const [role, said] = action === 'resolve' ? ['resolved', 'resolved'] : ['detected', 'acknowledged'];
  return newEvent(request, {
    time: now,
    type: `incident_${role}`,
    tags: [incident],
    description: said,
    key: `${id}:${action}:${minute}`,
  });
}

/** The key of an alert: that of the client, or one of its content. Clients need it in the answer. */
export function dedupKey(json: unknown, now: number): string {
  const given = textAt(json, 'dedup_key');
  return given === ''
    ? contentKey(JSON.stringify([objectAt(json, 'payload'), Math.floor(now / minuteMs)]))
    : given;
}
