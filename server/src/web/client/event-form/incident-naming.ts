// Names the marks of incidents and gains by the conventions of docs/spans.md, from the choices in the helper.

/** Shows the helper of the form, which fills in type and tags. */
export function addIncidentHelper(form: HTMLFormElement): void {
  const helper = form.querySelector<HTMLElement>('#incident-helper');
  const type = form.querySelector<HTMLInputElement>('input[name="type"]');
  const tags = form.querySelector<HTMLInputElement>('input[name="tags"]');
  if (helper === null || type === null || tags === null) return;
  const part = (name: string): string =>
    helper.querySelector<HTMLInputElement | HTMLSelectElement>(`[data-part="${name}"]`)?.value.trim() ?? '';
  helper.hidden = false;
  helper.querySelector('[data-part="fill"]')?.addEventListener('click', () => {
    type.value = `${part('scale')}_sev${part('severity')}_${part('role')}`;
    const named = ['origin', 'impact'].map((name): [string, string] => [name, part(name)]);
    // Only incidents have a key. A tag cannot contain white space.
    const key = part('scale') === 'incident' ? part('key').replace(/\s+/g, '_') : '';
    tags.value = withTags(tags.value, [['incident', key], ...named]);
    form.querySelector('textarea')?.focus();
  });
}

// Replaces the tags of the given keys; an empty value changes nothing.
function withTags(text: string, values: readonly (readonly [key: string, value: string])[]): string {
  const given = values.filter(([, value]) => value !== '');
  const others = text
    .split(/\s+/)
    .filter((tag) => tag !== '' && !given.some(([key]) => tag.startsWith(`${key}=`)));
  return [...given.map(([key, value]) => `${key}=${value}`), ...others].join(' ');
}
