// Keyboard shortcuts of the table of events. The page's dialog lists them.

import { listenToKeys } from '../parts/keyboard';

/** The objects that the keys act on. */
export interface KeyContext {
  readonly root: HTMLElement;
  /** Shows new events. */
  readonly showNews: () => void;
}

/** Adds the keyboard shortcuts. */
export function addKeys({ root, showNews }: KeyContext): void {
  listenToKeys({
    j: () => step(root, 1),
    k: () => step(root, -1),
    o: () => toggle(root),
    g: () => {
      showNews();
      links(root)[0]?.focus({ preventScroll: true });
    },
  });
}

function links(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('tr.event a.at')];
}

function currentRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('tr.event') ?? null;
}

function step(root: HTMLElement, by: 1 | -1): void {
  const all = links(root);
  const row = currentRow();
  const at = row === null ? -1 : all.findIndex((link) => row.contains(link));
  const next = all[at === -1 ? 0 : at + by];
  next?.focus();
  next?.closest('tr')?.scrollIntoView({ block: 'nearest' });
}

function toggle(root: HTMLElement): void {
  const row = currentRow();
  const details = row !== null && root.contains(row) ? row.querySelector('details') : null;
  if (details) details.open = !details.open;
}
