// Kinds of events by their type: each has a colour in the histogram and in the lanes of the timeline. Pure.

import { isFailureType } from '@anthracite/protocol/browser';

/** The kinds, from the bottom of a bar to its top. */
export const eventKinds = [
  'deployment',
  'configuration',
  'flag',
  'manual',
  'other',
  'alert',
  'incident',
] as const;

export type EventKind = (typeof eventKinds)[number];

/** The names of the kinds, in a legend. */
export const kindNames: Readonly<Record<EventKind, string>> = {
  deployment: 'deployments',
  configuration: 'configuration',
  flag: 'feature flags',
  manual: 'manual changes',
  other: 'others',
  alert: 'alerts and failures',
  incident: 'incidents',
};

const forms: readonly (readonly [RegExp, EventKind])[] = [
  [/^(?:incident|outage)(?:_|$)/, 'incident'],
  [/^(?:deploy|release|rollback|hotfix)(?:_|$)/, 'deployment'],
  [/^(?:alert|alarm)s?(?:_|$)|_alert(?:_|$)/, 'alert'],
  [/^manual(?:_|$)/, 'manual'],
  [/^(?:flag|feature|feature_flag|experiment)(?:_|$)/, 'flag'],
  [/^(?:puppet|chef|ansible|salt|terraform|config|configuration)(?:_|$)/, 'configuration'],
];

/** The kind of the events of a type. */
export function kindOfType(type: string): EventKind {
  const named = forms.find(([form]) => form.test(type))?.[1];
  if (named !== 'incident' && isFailureType(type)) return 'alert';
  return named ?? 'other';
}
