// The header of every page: brand, navigation, share link, time zone and account.

import { withParameters } from './address';
import { HiddenFields } from './hidden-fields';
import type { Attention, Frame } from './layout';

const places = [
  { href: '/events/', name: 'Events' },
  { href: '/timeline', name: 'Timeline' },
  { href: '/spans', name: 'Incidents', count: 'openIncidents', state: 'open' },
  { href: '/report', name: 'Report' },
  { href: '/rejects', name: 'Rejected', count: 'rejects', state: 'lines' },
] as const;
// Larger counts need more room than the navigation has.
const maxShown = 99;

/** The header; `share` is the address of the share link. */
export function Header({ frame, share }: { readonly frame: Frame; readonly share: string }) {
  const { viewer, linkedZone } = frame;
  // Links keep the time zone of a share link.
  const to = (href: string): string =>
    linkedZone === null ? href : withParameters(href, { tz: linkedZone });
  return (
    <header class="site">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <div class="site-bar">
        <a class="brand" href={to(viewer.mayRead ? '/events/' : '/add')} aria-label="Anthracite, home">
          <Logo />
          <span>Anthracite</span>
        </a>
        <Navigation frame={frame} to={to} />
        <div class="site-tools">
          {viewer.mayRead && (
            <a class="share" id="share" href={share} title="Link to this view with absolute times">
              Share
            </a>
          )}
          <ZoneMenu frame={frame} />
          <Account frame={frame} />
        </div>
      </div>
    </header>
  );
}

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 2 28 9v14l-12 7L4 23V9z" />
      <path class="bars" d="M9 21h14M13 21v-9M19 21V8" />
    </svg>
  );
}

function Navigation({
  frame: { self, viewer, attention },
  to,
}: {
  readonly frame: Frame;
  readonly to: (href: string) => string;
}) {
  const path = self.split('?', 1)[0] ?? '';
  return (
    <nav id="pages" aria-label="Pages">
      {viewer.mayRead &&
        places.map((place) => (
          <a key={place.href} href={to(place.href)} {...currentOf(path, place.href)}>
            {place.name}
            {'count' in place && <Count attention={attention} of={place.count} state={place.state} />}
          </a>
        ))}
      {viewer.mayWrite && (
        <a class="add" href="/add" {...(path === '/add' && { 'aria-current': 'page' })}>
          Add
        </a>
      )}
    </nav>
  );
}

function Count({
  attention,
  of,
  state,
}: {
  readonly attention: Attention | null;
  readonly of: keyof Attention;
  readonly state: string;
}) {
  const count = attention?.[of] ?? 0;
  if (count === 0) return null;
  return (
    <>
      {' '}
      <span class={`count of-${of}`}>
        {count > maxShown ? `${maxShown}+` : count}
        <span class="unseen"> {state}</span>
      </span>
    </>
  );
}

// Marks the link to this page, or to the section that contains it.
function currentOf(path: string, href: string): { 'aria-current'?: 'page' | 'true' } {
  const place = href.replace(/\/$/, '');
  if (path === href || path === place) return { 'aria-current': 'page' };
  return path.startsWith(`${place}/`) ? { 'aria-current': 'true' } : {};
}

// The links work without JavaScript, for one page; JavaScript makes the choice permanent.
function ZoneMenu({ frame: { self, viewer } }: { readonly frame: Frame }) {
  return (
    <details class="menu zone-menu">
      <summary>
        <span class="unseen">Time zone: </span>
        <strong id="zone">{viewer.zone}</strong>
      </summary>
      <div class="menu-body">
        <p class="soft">Times are shown and read in this time zone.</p>
        <ul id="zones">
          {viewer.zones.map((zone) => (
            <li key={zone}>
              <a
                href={withParameters(self, { tz: zone })}
                data-zone={zone}
                {...(zone === viewer.zone && { 'aria-current': 'true' })}
              >
                {zone}
              </a>
            </li>
          ))}
        </ul>
        <form id="zone-form" method="get" action={self.split('?', 1)[0]}>
          <HiddenFields address={self} except={['tz']} />
          <label class="field">
            <span class="label">Other time zone</span>
            <input
              name="tz"
              list="known-zones"
              placeholder="Europe/Amsterdam"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              required
            />
          </label>
          <datalist id="known-zones" />
          <button class="button" type="submit">
            Switch
          </button>
        </form>
      </div>
    </details>
  );
}

function Account({ frame: { self, viewer } }: { readonly frame: Frame }) {
  if (viewer.maySignIn) return <a href={`/sign-in?to=${encodeURIComponent(self)}`}>Sign in</a>;
  if (viewer.name === null) return null;
  return (
    <details class="menu account">
      <summary>
        <bdi>{viewer.name}</bdi>
      </summary>
      <div class="menu-body">
        <p>
          Signed in as <strong>{viewer.name}</strong>
        </p>
        {viewer.isSignedIn && (
          <form method="post" action="/sign-out">
            <button class="button" type="submit">
              Sign out
            </button>
          </form>
        )}
      </div>
    </details>
  );
}
