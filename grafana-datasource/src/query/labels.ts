// The labels of an event: its type and its tags, as log lines and filters name them. Pure.

/** The label of an event's type. */
export const typeKey = 'type';
/** The label of tags without a value. */
export const tagKey = 'tag';

/** The column with all tags of an event, separated by spaces. */
const tagsKey = 'tags';
// Tags with these keys have another label: `type=`.
const reserved: ReadonlySet<string> = new Set([typeKey, tagKey, tagsKey]);
// A tag has no space, so several values of one label can be separated again.
const separator = ', ';

/** The type and the tags as labels: `env=prod` is `env: prod`, the tag `canary` is `tag: canary`. A repeated key has all of its values. */
export function labelsOf(type: string, tags: readonly string[]): Readonly<Record<string, string>> {
  const labels = new Map([[typeKey, type]]);
  for (const tag of tags) {
    const end = tag.indexOf('=');
    const key = end < 0 ? tagKey : tag.slice(0, end);
    const label = end >= 0 && reserved.has(key) ? `${key}=` : key;
    const known = labels.get(label);
    const value = tag.slice(end + 1);
    labels.set(label, known === undefined ? value : `${known}${separator}${value}`);
  }
  return Object.fromEntries(labels);
}

/** The tags of a label, as `labelsOf` made it of them, or of the column with all tags. */
export function tagsOfLabel(label: string, value: string): string[] {
  if (label === tagsKey) return value.split(' ').filter((tag) => tag !== '');
  const prefix = label === tagKey ? '' : `${label.replace(/=$/, '')}=`;
  return value.split(separator).map((one) => `${prefix}${one}`);
}
