// Keys of all pages, and the dialog that lists the keys of a page.

import { listenToKeys } from './keyboard';

/** Adds the keys, and shows the button that opens the dialog. */
export function addCommonKeys(): void {
  const dialog = document.querySelector<HTMLDialogElement>('#keys');
  const button = document.querySelector<HTMLButtonElement>('#show-keys');
  if (dialog === null) return;
  const show = (): void => dialog.showModal();
  if (button !== null) {
    button.hidden = false;
    button.addEventListener('click', show);
  }
  // A click on the backdrop has the dialog itself as its target.
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  listenToKeys({
    '?': show,
    '/': () => document.querySelector<HTMLInputElement>('main input[name="q"]')?.select(),
    a: () => document.querySelector<HTMLAnchorElement>('a.add')?.click(),
  });
}
