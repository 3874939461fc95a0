// Tells the server in which time zone the browser is, by a cookie, and lets its reader change to UTC and back.

const cookieName = 'anthracite_zone';
const maxAgeSeconds = 180 * 86_400;

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const nameOf = (zone: string): string => (zone === 'Etc/UTC' ? 'UTC' : zone);

function chosenZone(): string | null {
  const pair = document.cookie.split('; ').find((one) => one.startsWith(`${cookieName}=`));
  return pair === undefined ? null : decodeURIComponent(pair.slice(cookieName.length + 1)) || null;
}

function choose(zone: string): void {
  // The Cookie Store API is not there on plain HTTP.
  // biome-ignore lint/suspicious/noDocumentCookie: as above
  document.cookie = `${cookieName}=${encodeURIComponent(zone)}; Path=/; Max-Age=${maxAgeSeconds}; SameSite=Lax`;
}

/** Takes the browser's zone on the first visit, and offers the other choice in the page's foot. */
export function followZone(): void {
  const shown = document.querySelector('#zone')?.textContent ?? null;
  if (shown === null) return;
  if (chosenZone() === null) {
    choose(nameOf(own));
    // Read once more in it, unless the browser keeps no cookies, or something was typed already.
    if (nameOf(own) !== shown && chosenZone() !== null && !isFilledForm()) location.reload();
  }
  const other = shown === 'UTC' ? nameOf(own) : 'UTC';
  const button = document.querySelector<HTMLButtonElement>('#zone-switch');
  if (button === null || other === shown) return;
  button.textContent = `show ${other}`;
  button.hidden = false;
  button.addEventListener('click', () => {
    choose(other);
    location.reload();
  });
}

// The answer to a form: to load it again would send the form again.
function isFilledForm(): boolean {
  return document.querySelector('form [aria-invalid]') !== null;
}
