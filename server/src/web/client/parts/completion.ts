// Completes the last word of a field with existing types or tags.

import type { TagNames, TypeNames } from '@anthracite/protocol/browser';
import { ownAddress } from './own-address';

const waitMs = 120;
const maxShown = 20;

/** Adds completion to all fields of the page with `data-complete`. */
export function completeWords(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>('input[data-complete]')) {
    completeField(field, field.dataset['complete'] === 'types' ? 'types' : 'tags');
  }
}

function completeField(field: HTMLInputElement, kind: 'types' | 'tags'): void {
  const list = document.createElement('datalist');
  list.id = `complete-${field.name}`;
  field.after(list);
  field.setAttribute('list', list.id);
  let timer = 0;
  let asked = '';
  const update = async (): Promise<void> => {
    const [, before = '', sign = '', word = ''] = /^(.*\s)?(!?)(\S*)$/s.exec(field.value) ?? [];
    const question = `/${kind}?prefix=${encodeURIComponent(word)}&limit=${maxShown}&counts=0`;
    if (question === asked) return;
    asked = question;
    const names = await ask(question);
    if (question !== asked) return;
    list.replaceChildren(
      ...names.map((name) => {
        const option = document.createElement('option');
        option.value = `${before}${sign}${name}`;
        return option;
      }),
    );
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void update(), waitMs);
  };
  field.addEventListener('input', later);
  field.addEventListener('focus', later);
}

async function ask(question: string): Promise<string[]> {
  try {
    const response = await fetch(ownAddress(question), { headers: { accept: 'application/json' } });
    if (!response.ok) return [];
    const known = (await response.json()) as Partial<TypeNames & TagNames>;
    return [...(known.types ?? []).map(({ type }) => type), ...(known.tags ?? []).map(({ tag }) => tag)];
  } catch {
    // Without suggestions users type the whole word.
    return [];
  }
}
