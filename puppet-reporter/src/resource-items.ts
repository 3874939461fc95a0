// Describes the resources of a run: changed, failed with the reason, or pending. Pure.

import { type ChangeItem, formatReference, safeText, toItems } from '@anthracite/protocol/change';
import { resourceFailureText } from './failure-text';
import type { Resource, ResourceEvent } from './report';

const maxFailureChars = 160;
const maxPlaceChars = 80;
const maxWords = 4;

/** Changed resources with their changes: `File[/etc/app.conf] content`. */
export function changedItems(resources: readonly Resource[]): ChangeItem[] {
  return itemsOf(resources, 'success');
}

/** Pending resources with their pending changes: `File[/etc/app.conf] content, Service[app] to be started`. */
export function noopItems(resources: readonly Resource[]): ChangeItem[] {
  return itemsOf(resources, 'noop');
}

/** Failed resources with their declaration and their failure: `Exec[reload] (site.pp:5) returned 1`. */
export function failedItems(resources: readonly Resource[], showOutput: boolean): ChangeItem[] {
  return resources.map((resource) => {
    const { type, title, events } = resource;
    const message = events.find(({ status }) => status === 'failure')?.message ?? '';
    const short = formatReference(type, title);
    const parts = [short, placeOf(resource), resourceFailureText(message, maxFailureChars, showOutput)];
    return { text: parts.filter((part) => part !== '').join(' '), count: 1, short };
  });
}

/** Types with counts: `File x3`. */
export function typeItems(resources: readonly Resource[]): ChangeItem[] {
  const counts = new Map<string, number>();
  for (const { type } of resources) {
    const name = safeText(type, maxPlaceChars);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => ({ text: `${name} x${count}`, count }));
}

function itemsOf(resources: readonly Resource[], status: string): ChangeItem[] {
  return toItems(
    resources.map(({ type, title, events }) => {
      const words = wordsOf(events, status);
      const what = [...new Set(words)].slice(0, maxWords).join('+');
      return { reference: formatReference(type, title), what };
    }),
  );
}

/** One word for each event with this status; `to be` comes before a pending action. */
export function wordsOf(events: readonly ResourceEvent[], status: string): string[] {
  return events
    .filter((event) => event.status === status)
    .map((event) => {
      const word = wordOf(event);
      return status === 'noop' && isAction(event) ? `to be ${word}` : word;
    });
}

// The changed property; for `ensure`, the word in the name of the event (file_created, service_started). Never a value.
function wordOf({ property, name }: ResourceEvent): string {
  if (property === '') return name === 'refresh' ? 'refreshed' : safeText(name, maxPlaceChars);
  if (property === 'returns') return 'executed';
  if (property === 'ensure') return /_([a-z]+)$/.exec(name)?.[1] ?? 'ensure';
  return safeText(property, maxPlaceChars);
}

function isAction({ property, name }: ResourceEvent): boolean {
  if (property === '') return name === 'refresh';
  return property === 'returns' || (property === 'ensure' && /_([a-z]+)$/.test(name));
}

// In a module `webapp/init.pp:24`, elsewhere `site.pp:5`.
function placeOf({ file, line }: Resource): string {
  if (file === '') return '';
  const [, module, manifest] = /\/modules\/([^/]+)\/manifests\/(.+)$/.exec(file) ?? [];
  const name = module === undefined ? file.replace(/^[\s\S]*\//, '') : `${module}/${manifest}`;
  return `(${safeText(name, maxPlaceChars)}${line === null ? '' : `:${line}`})`;
}
