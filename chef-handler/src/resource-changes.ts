// Finds the changed resources of a run, and describes them. Pure.

import { type ChangeItem, formatReference, isIgnored, safeText, toItems } from '@anthracite/protocol/change';
import type { ResourceAction } from './run-message';

/** A changed resource and its actions. */
export interface ResourceChange {
  readonly first: ResourceAction;
  readonly actions: readonly string[];
}

/** Maximum characters of short names, such as of an environment, a cookbook or an action. */
export const maxWhereChars = 100;

/**
 * The changes of a run, one per resource. Chef reports each action of a resource separately, and also the resources inside a custom
 * resource.
 */
export function changesOf(
  resources: readonly ResourceAction[],
  ignored: readonly string[],
): ResourceChange[] {
  const changes = new Map<string, { first: ResourceAction; actions: string[] }>();
  for (const resource of resources) {
    const { type, name, action, status } = resource;
    if (status !== 'updated') continue;
    const reference = `${type}[${name}]`;
    const change = changes.get(reference);
    if (change === undefined) {
      if (isIgnored(type, name, ignored)) continue;
      changes.set(reference, { first: resource, actions: [action] });
    } else if (!change.actions.includes(action)) change.actions.push(action);
  }
  return [...changes.values()];
}

/** The changes as items of a description. Without titles, many have the same text: these are counted. */
export function describeResources(changes: readonly ResourceChange[], showTitles: boolean): ChangeItem[] {
  const described = changes.map(({ first, actions }) => ({
    reference: describeReference(first, showTitles),
    what: safeText(actions.join('+'), maxWhereChars),
  }));
  if (showTitles) return toItems(described);
  const counts = new Map<string, number>();
  for (const { reference, what } of described) {
    const text = `${reference} ${what}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return Array.from(counts, ([text, count]) => ({ text: `${text} x${count}`, count }));
}

/** A resource as `type[name]`. */
export function describeReference({ type, name }: ResourceAction, showTitles: boolean): string {
  return showTitles ? formatReference(type, name) : safeText(type, maxWhereChars);
}
