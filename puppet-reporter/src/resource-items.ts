// How the resources of a run are named in a description: what changed, what failed and why. Pure.

import { type ChangeItem, formatReference, safeText, toItems } from '@anthracite/protocol/change';
import { resourceFailureText } from './failure-text';
import type { Resource, ResourceEvent } from './report';

const maxFailureChars = 160;
const maxPlaceChars = 80;
const maxWords = 4;

/** Resources and what was done to them: `File[/etc/app.conf] content`. */
export function changedItems(resources: readonly Resource[]): ChangeItem[] {
  return itemsOf(resources, 'success');
}

/** Resources and what would be done to them. */
export function noopItems(resources: readonly Resource[]): ChangeItem[] {
  return itemsOf(resources, 'noop');
}

/** Resources, where they are declared, and why they failed: `Exec[reload] (site.pp:5) returned 1`. */
export function failedItems(resources: readonly Resource[]): ChangeItem[] {
  return resources.map((resource) => {
    const { type, title, events } = resource;
    const message = events.find(({ status }) => status === 'failure')?.message ?? '';
    const parts = [
      formatReference(type, title),
      placeOf(resource),
      resourceFailureText(message, maxFailureChars),
    ];
    return { text: parts.filter((part) => part !== '').join(' '), count: 1 };
  });
}

/** Only the types, and how many of each: `File x3`. */
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
      const words = events.filter((event) => event.status === status).map(wordOf);
      const what = [...new Set(words)].slice(0, maxWords).join('+');
      return { reference: formatReference(type, title), what };
    }),
  );
}

// What happened, in a word: the property that changed; of an `ensure`, what its event is called for (file_created,
// service_started). Never a value.
function wordOf({ property, name }: ResourceEvent): string {
  if (property === '') return name === 'refresh' ? 'refreshed' : safeText(name, maxPlaceChars);
  if (property === 'returns') return 'executed';
  if (property === 'ensure') return /_([a-z]+)$/.exec(name)?.[1] ?? 'ensure';
  return safeText(property, maxPlaceChars);
}

// In a module `webapp/init.pp:24`, elsewhere `site.pp:5`.
function placeOf({ file, line }: Resource): string {
  if (file === '') return '';
  const [, module, manifest] = /\/modules\/([^/]+)\/manifests\/(.+)$/.exec(file) ?? [];
  const name = module === undefined ? file.replace(/^[\s\S]*\//, '') : `${module}/${manifest}`;
  return `(${safeText(name, maxPlaceChars)}${line === null ? '' : `:${line}`})`;
}
