// On the page of an event: copies its line, and opens the form with a key.

import { listenToKeys } from './parts/keyboard';

const button = document.querySelector<HTMLButtonElement>('#copy-line');
const line = document.querySelector('#line')?.textContent ?? '';

if (button !== null && 'clipboard' in navigator) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(line);
    button.textContent = 'Copied';
  });
}

listenToKeys({ e: () => document.querySelector<HTMLAnchorElement>('#edit')?.click() });
