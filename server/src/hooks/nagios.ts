// Maps notifications of Nagios, Naemon and Icinga: states of hosts and services, each a state of an alert. Pure.

import { cleanText, contentKey } from '@anthracite/protocol/change';
import { labelPairTags, stemOf } from './alerts';
import { type HookAlert, type HookRequest, ignored, type Mapped, misread, nothing } from './hook';
import { hookTags, isWantedType } from './new-event';
import { isObject, type Json, scalarAt, scalarText } from './payload';
import { timeAt } from './times';
import { describe } from './words';

const goodStates: ReadonlySet<string> = new Set(['OK', 'UP']);
const badStates: ReadonlySet<string> = new Set(['WARNING', 'CRITICAL', 'UNKNOWN', 'DOWN', 'UNREACHABLE']);
const ownFields: ReadonlySet<string> = new Set(['host', 'service', 'type', 'state', 'time', 'output']);

/** Maps a notification: the fields of a form, or of a JSON object. Nothing in it identifies an occurrence reliably. */
export function mapNagios(request: HookRequest): Mapped {
  const { hook, now } = request;
  const fields = fieldsOf(request);
  const [host, service] = [scalarAt(fields, 'host'), scalarAt(fields, 'service')];
  const [type, state] = [scalarAt(fields, 'type'), scalarAt(fields, 'state').toUpperCase()];
  if (host === '' || state === '')
    return misread('the body has no fields "host" and "state"; use the command of the docs');
  // Somebody sent it by hand; the state may be one that is not confirmed yet.
  if (/^custom$/i.test(type)) return ignored('a custom notification does not report a change');
  const isFiring = badStates.has(state);
  if (!isFiring && !goodStates.has(state))
    return ignored(`the state ${cleanText(state)} is neither good nor bad`);
  const stem = stemOf(service || 'host', state, hook.options);
  if (!isWantedType(`${stem}_start`, hook.options.types))
    return ignored(`the option types leaves out ${stem}_start`);
  const start = timeAt(fields, 'time') ?? now;
  const others = Object.keys(fields).filter((name) => !ownFields.has(name));
  const tags = labelPairTags([
    ...[['severity', state] as const, ['host', host] as const, ['service', service] as const],
    ...others.map((name) => [name, scalarText(fields[name])] as const),
  ]);
  const text = [service, host].filter((part) => part !== '').join(' on ');
  const output = scalarAt(fields, 'output');
  const title = `${text} is ${state}${output === '' ? '' : `: ${output}`}`;
  const alert: HookAlert = {
    id: contentKey(JSON.stringify([host, service])),
    ...{ isFiring, start, end: isFiring ? null : start, stem },
    tags: hookTags(hook, tags, hook.kind),
    ...{ firing: describe(title), resolved: describe(title) },
  };
  return {
    ...nothing,
    alerts: { alerts: [alert], group: '', isWhole: false, isFolded: false, isState: true },
  };
}

function fieldsOf({ json, text }: HookRequest): Json {
  if (isObject(json)) return json;
  return json === undefined ? Object.fromEntries(new URLSearchParams(text)) : {};
}
