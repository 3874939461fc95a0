// Reads messages of Alertmanager and of Grafana's alerting: the state of each alert by its own status. Pure.

import { cleanText, contentKey } from '@anthracite/protocol/change';
import { type HookAlert, type HookRequest, type Mapped, misread, nothing } from './hook';
import { hookTags, isWantedType } from './new-event';
import { firstTextAt, isObject, type Json, objectAt, textAt, valueAt } from './payload';
import { timeAt } from './times';
import { describe, pairTags, typeWord } from './words';

/** Severities of incidents by the label `severity`. */
export const usualSeverities: Readonly<Record<string, number>> = {
  critical: 2,
  page: 2,
  error: 2,
  high: 2,
  failure: 2,
  down: 2,
  warning: 3,
};
const lowestSeverity = 4;
const grafanaTrouble: Readonly<Record<string, string>> = {
  DatasourceNoData: 'no data',
  DatasourceError: 'error of the data source',
};
// Labels that would be read as span keys.
const ownKeys: ReadonlySet<string> = new Set(['span', 'incident', 'outage']);

/** Maps a message. */
export function mapAlerts(request: HookRequest): Mapped {
  const { json, hook, now } = request;
  if (!isObject(json) || !Array.isArray(json['alerts'])) {
    return misread('the body has no list "alerts"; use the standard payload of the receiver');
  }
  const parts = json['alerts'].filter(isObject).map((alert) => readAlert(alert, request));
  const known = parts.filter((part) => typeof part !== 'string');
  const reasons = parts.filter((part) => typeof part === 'string');
  const broken = json['alerts'].length - parts.length;
  const problems = broken > 0 ? [`${broken} alerts are not JSON objects`] : [];
  if (known.length === 0) return { ...nothing, ignored: reasons, problems };
  const isFolded = hook.options.per === 'group';
  const group = textAt(json, 'groupKey');
  const alerts = {
    // Another sender may have a group of the same name, with other alerts.
    group: `${textAt(json, 'externalURL')} ${group}`,
    isWhole: group !== '' && (valueAt(json, 'truncatedAlerts') ?? 0) === 0,
    isFolded,
    isState: false,
    alerts: isFolded ? [folded(known, group, json, request, now)] : known,
  };
  return { ...nothing, alerts, ignored: reasons, problems };
}

/** The alert, or the reason why it becomes none. */
function readAlert(alert: Json, { hook, now }: HookRequest): HookAlert | string {
  const labels = objectAt(alert, 'labels');
  const alertname = textAt(labels, 'alertname');
  if (hook.kind === 'grafana' && alertname === 'TestAlert' && textAt(alert, 'ruleUID') === '') {
    return 'it is a test of the contact point';
  }
  const trouble = Object.hasOwn(grafanaTrouble, alertname) ? grafanaTrouble[alertname] : undefined;
  const name = (trouble && textAt(labels, 'rulename')) || alertname || 'unnamed';
  const stem = stemOf(name, textAt(labels, 'severity'), hook.options);
  if (!isWantedType(`${stem}_start`, hook.options.types)) return `the option types leaves out ${stem}_start`;
  const isFiring = textAt(alert, 'status') !== 'resolved';
  const start = timeAt(alert, 'startsAt') ?? now;
  const end = isFiring ? null : Math.max(start, timeAt(alert, 'endsAt') ?? now);
  const texts = textsOf(name, alert, trouble, isFiring);
  return {
    id: textAt(alert, 'fingerprint') || contentKey(JSON.stringify(labels)),
    ...{ isFiring, start, end, stem, ...texts },
    tags: hookTags(hook, labelTags(labels, trouble !== undefined), hook.kind),
  };
}

function textsOf(
  name: string,
  alert: Json,
  trouble: string | undefined,
  isFiring: boolean,
): Pick<HookAlert, 'firing' | 'resolved'> {
  const annotations = objectAt(alert, 'annotations');
  const texts = ['summary', 'description', 'message'].map((field) => cleanText(textAt(annotations, field)));
  // A template that failed is useless as a title.
  const told = texts.find((text) => text !== '' && !text.startsWith('<error expanding template')) ?? '';
  const said = trouble ?? told;
  const links = [
    textAt(annotations, 'runbook_url'),
    firstTextAt(alert, 'panelURL', 'dashboardURL', 'generatorURL'),
  ];
  const after = said === '' ? '' : `: ${said}`;
  return {
    firing: describe(name + after, links, trouble === undefined ? '' : textAt(annotations, 'Error')),
    resolved: isFiring ? '' : describe(`${name} resolved${after}`),
  };
}

// The severity comes first, then the labels in their order.
function labelTags(labels: Json, isTrouble: boolean): string[] {
  const others = Object.entries(labels).filter(
    ([name]) => name !== 'severity' && (name !== 'alertname' || isTrouble),
  );
  return labelPairTags([['severity', labels['severity']], ...others]);
}

/** Labels as tags. A label with the name of a span key gets another name. */
export function labelPairTags(labels: readonly (readonly [string, unknown])[]): string[] {
  return pairTags(
    labels.map(([name, value]) => [
      ownKeys.has(name) ? `alert_${name}` : name,
      typeof value === 'string' ? value : '',
    ]),
  );
}

/** The type of an alert, without the suffix of a mark. */
export function stemOf(
  name: string,
  severity: string,
  { as, severities }: HookRequest['hook']['options'],
): string {
  if (as === 'alert') return typeWord('alert', name);
  const word = severity.toLowerCase();
  const level = Object.hasOwn(severities, word) ? severities[word] : lowestSeverity;
  return typeWord(`incident_sev${level}`, name);
}

// One span for all alerts of a group: from the first start to the last end.
function folded(
  alerts: readonly HookAlert[],
  group: string,
  json: Json,
  { hook }: HookRequest,
  now: number,
): HookAlert {
  const firing = alerts.filter(({ isFiring }) => isFiring);
  const [some, first] = [firing.length > 0 ? firing : alerts, (firing[0] ?? alerts[0]) as HookAlert];
  const common = objectAt(json, 'commonLabels');
  const count = firing.length > 1 ? `\n${firing.length} alerts fire` : '';
  return {
    id: contentKey(group),
    isFiring: firing.length > 0,
    start: some.reduce((least, { start }) => Math.min(least, start), now),
    end: firing.length > 0 ? null : alerts.reduce((most, { end }) => Math.max(most, end ?? 0), 0),
    stem: first.stem,
    tags: hookTags(hook, labelTags(common, false), hook.kind),
    firing: first.firing + count,
    resolved: first.resolved,
  };
}
