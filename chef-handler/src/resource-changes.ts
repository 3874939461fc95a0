// What a run changed: which resources count, and how each is told. Pure.

import { type ChangeItem, formatReference, isIgnored, safeText, toItems } from '@anthracite/protocol/change';
import type { ResourceAction } from './run-message';

/** A resource that has changed, and by which actions. */
export interface ResourceChange {
  readonly first: ResourceAction;
  readonly actions: readonly string[];
}

/** Characters of a word or two that tell where something is. */
export const maxWhereChars = 100;

/**
 * The changes of a run, one for each resource. Chef reports each action of a resource by itself, and what a custom resource
 * is made of as well.
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

/** The changes as the items of a description. Without titles many are told by the same words: these are counted. */
export function tellResources(changes: readonly ResourceChange[], showTitles: boolean): ChangeItem[] {
  const told = changes.map(({ first, actions }) => ({
    reference: tellReference(first, showTitles),
    what: safeText(actions.join('+'), maxWhereChars),
  }));
  if (showTitles) return toItems(told);
  const counts = new Map<string, number>();
  for (const { reference, what } of told) {
    const text = `${reference} ${what}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return Array.from(counts, ([text, count]) => ({ text: `${text} x${count}`, count }));
}

/** A resource as `type[name]`. A command is told by its program alone, since what follows may be a secret. */
export function tellReference(
  { type, name, isNamedAfterCommand }: ResourceAction,
  showTitles: boolean,
): string {
  if (!showTitles) return safeText(type, maxWhereChars);
  const program = /^[A-Za-z0-9_./-]{1,60}(?=[ \t\r\n])/.exec(name)?.[0];
  const shown = !isNamedAfterCommand ? name : program === undefined ? '...' : `${program} ...`;
  return formatReference(type, shown);
}
