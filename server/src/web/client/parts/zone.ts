// Sends the browser's time zone to the server in a cookie, and lets users switch to another zone.

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

/** Sets the browser's time zone on the first visit, and makes the menu of time zones permanent. */
export function followZone(): void {
  const shown = document.querySelector('#zone')?.textContent ?? null;
  const list = document.querySelector<HTMLElement>('#zones');
  if (shown === null || list === null) return;
  const isLinked = new URLSearchParams(location.search).has('tz');
  if (chosenZone() === null) {
    choose(nameOf(own));
    // Reloads the page in this zone, unless the address has a zone, the browser rejects cookies or the page is the response to a form.
    if (!isLinked && nameOf(own) !== shown && chosenZone() !== null && !isFilledForm()) location.reload();
  }
  offerOwn(list);
  list.addEventListener('click', (event) => {
    const zone = (event.target as Element).closest<HTMLElement>('[data-zone]')?.dataset['zone'];
    if (zone === undefined) return;
    event.preventDefault();
    switchTo(zone);
  });
  offerAll();
}

// The server does not know the browser's zone before the first visit, and after a switch.
function offerOwn(list: HTMLElement): void {
  const zone = nameOf(own);
  const offered = [...list.querySelectorAll<HTMLElement>('[data-zone]')];
  if (offered.some(({ dataset }) => dataset['zone'] === zone)) return;
  const link = document.createElement('a');
  const url = new URL(location.href);
  url.searchParams.set('tz', zone);
  link.href = url.href;
  link.dataset['zone'] = zone;
  link.textContent = zone;
  const item = document.createElement('li');
  item.append(link);
  list.prepend(item);
}

function offerAll(): void {
  const form = document.querySelector<HTMLFormElement>('#zone-form');
  const field = form?.querySelector<HTMLInputElement>('input[name="tz"]') ?? null;
  if (form === null || field === null) return;
  field.addEventListener('focus', () => {
    const known = document.querySelector('#known-zones');
    if (known === null || known.childElementCount > 0) return;
    known.append(...Intl.supportedValuesOf('timeZone').map((zone) => new Option(zone, zone)));
  });
  form.addEventListener('submit', (event) => {
    const zone = zoneNamed(field.value.trim());
    event.preventDefault();
    if (zone !== null) switchTo(zone);
    field.setCustomValidity(zone === null ? 'Not a time zone. Enter a name such as Europe/Amsterdam.' : '');
    field.reportValidity();
  });
  field.addEventListener('input', () => field.setCustomValidity(''));
}

function zoneNamed(name: string): string | null {
  try {
    return nameOf(new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone);
  } catch {
    return null;
  }
}

function switchTo(zone: string): void {
  choose(zone);
  const url = new URL(location.href);
  // Without cookies, the address keeps the choice.
  if (chosenZone() === zone) url.searchParams.delete('tz');
  else url.searchParams.set('tz', zone);
  if (url.href === location.href) location.reload();
  else location.assign(url);
}

// True for a response to a form: reloading it would submit the form again.
function isFilledForm(): boolean {
  return document.querySelector('form [aria-invalid]') !== null;
}
