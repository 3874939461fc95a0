// Sends the browser's time zone to the server in a cookie, and lets users switch to UTC and back.

import { ownAddress } from './own-address';

const cookieName = 'anthracite_zone';
const maxAgeSeconds = 180 * 86_400;

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const nameOf = (zone: string): string => (zone === 'Etc/UTC' ? 'UTC' : zone);

function chosenZone(): string | null {
  const pair = document.cookie.split('; ').find((one) => one.startsWith(`${cookieName}=`));
  return pair === undefined ? null : decodeURIComponent(pair.slice(cookieName.length + 1)) || null;
}

function choose(zone: string): void {
  // The Cookie Store API is not available on plain HTTP.
  // biome-ignore lint/suspicious/noDocumentCookie: as above
  document.cookie = `${cookieName}=${encodeURIComponent(zone)}; Path=${ownAddress('/')}; Max-Age=${maxAgeSeconds}; SameSite=Lax`;
}

/** Sets the browser's time zone on the first visit, and shows a button to switch in the footer. */
export function followZone(): void {
  const shown = document.querySelector('#zone')?.textContent ?? null;
  if (shown === null) return;
  if (chosenZone() === null) {
    choose(nameOf(own));
    // Reloads the page in this zone, unless the browser rejects cookies or the page is the response to a form.
    if (nameOf(own) !== shown && chosenZone() !== null && !isFilledForm()) location.reload();
  }
  const other = shown === 'UTC' ? nameOf(own) : 'UTC';
  const button = document.querySelector<HTMLButtonElement>('#zone-switch');
  if (button === null || other === shown) return;
  button.textContent = `Switch to ${other}`;
  button.hidden = false;
  button.addEventListener('click', () => {
    choose(other);
    location.reload();
  });
}

// True for a response to a form: reloading it would submit the form again.
function isFilledForm(): boolean {
  return document.querySelector('form [aria-invalid]') !== null;
}
