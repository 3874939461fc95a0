// Kinds of events by their type: each has a colour in the timeline. Pure: runs in the browser.

/** What an event is about. */
export type EventKind = 'deploy' | 'configuration' | 'flag' | 'manual' | 'alert' | 'other';

const forms: readonly (readonly [EventKind, RegExp])[] = [
  ['alert', /_failed$|^(?:alert|page|incident|outage)(?:_|$)/],
  ['deploy', /^(?:deploy|release|rollback)(?:_|$)/],
  ['configuration', /^(?:puppet|chef|ansible|salt|terraform|config)(?:_|$)/],
  ['flag', /^(?:flag|feature|experiment)(?:_|$)/],
  ['manual', /^manual(?:_|$)/],
];

/** All kinds, in the order of their lanes. */
export const eventKinds: readonly EventKind[] = [
  'alert',
  'deploy',
  'configuration',
  'flag',
  'manual',
  'other',
];

/** The kind of a type. `deploy_<project>` and `manual_<person>` end in names that others chose. */
export function kindOfType(type: string): EventKind {
  const named = /^(deploy|manual)_/.exec(type)?.[1];
  if (named !== undefined) return named as EventKind;
  return forms.find(([, form]) => form.test(type))?.[0] ?? 'other';
}
