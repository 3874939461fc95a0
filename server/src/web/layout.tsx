// The frame of every page: head, navigation, footer. Pure, as everything in web/: data in, markup out.

import type { ComponentChildren } from 'preact';
import type { Assets } from './assets';

/** The user of a page, with permissions and time zone. */
export interface Viewer {
  /** The name of the token that the viewer signed in with; null without one. */
  readonly name: string | null;
  /** True if the viewer may read events; a viewer who may only write gets the form to add events. */
  readonly mayRead: boolean;
  /** True if the viewer may add events. */
  readonly mayWrite: boolean;
  /** True if the viewer may edit, delete and restore events, and correct rejected lines. */
  readonly mayEdit: boolean;
  /** True if tokens exist and the viewer has not presented a token. */
  readonly maySignIn: boolean;
  /** True if the viewer signed in on a page, and so can sign out. */
  readonly isSignedIn: boolean;
  /** IANA name of the time zone in which times are shown. */
  readonly zone: string;
}

/** The input of every page. */
export interface Frame {
  readonly assets: Assets;
  readonly viewer: Viewer;
  /** Milliseconds since the epoch, now. */
  readonly now: number;
  /** The path prefix of links behind a proxy, such as `/anthracite`; usually empty. */
  readonly base: string;
  /** Path and query of the page, without the prefix. */
  readonly self: string;
  /** True inside a frame of another page: no navigation. */
  readonly isEmbedded: boolean;
}

const places = [
  { href: '/events/', name: 'Events' },
  { href: '/timeline', name: 'Timeline' },
  { href: '/spans', name: 'Incidents' },
  { href: '/report', name: 'Report' },
  { href: '/rejects', name: 'Rejected' },
] as const;

/** Data that the page's script requests, for screens that match a media query; the address is on this server. */
export interface PageData {
  readonly address: string;
  readonly media: string;
}

/** The whole document. `scripts` and `styles` are names of assets. */
export function Layout({
  frame,
  title,
  scripts = [],
  styles = [],
  data = [],
  again = false,
  zone = null,
  children,
}: {
  readonly frame: Frame;
  readonly title: string;
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  /** Preloaded, so that it is available when the script runs. */
  readonly data?: readonly PageData[];
  /** True for a page that the browser reloads at once. */
  readonly again?: boolean;
  /** The time zone of a page that is the same for all viewers; null for the viewer's own zone. */
  readonly zone?: string | null;
  readonly children: ComponentChildren;
}) {
  const { assets, isEmbedded } = frame;
  return (
    <html lang="en" data-base={frame.base || undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {again && <meta http-equiv="refresh" content="0" />}
        <title>{`${title} - Anthracite`}</title>
        <link rel="icon" href={assets.url('icon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.url('page.css')} />
        {isEmbedded && <base target="_blank" />}
        {styles.map((name) => (
          <link key={name} rel="stylesheet" href={assets.url(name)} />
        ))}
        {data.map(({ address, media }) => (
          <link key={address} rel="preload" as="fetch" crossorigin="anonymous" href={address} media={media} />
        ))}
        {['page.js', ...scripts].map((name) => (
          <script key={name} type="module" src={assets.url(name)} />
        ))}
        {scripts.flatMap(assets.imports).map((url) => (
          <link key={url} rel="modulepreload" href={url} />
        ))}
        {/* Only loaded, not compiled: dynamic imports must not delay the code that runs first. */}
        {scripts.flatMap(assets.laterImports).map((url) => (
          <link key={url} rel="preload" as="script" crossorigin="anonymous" href={url} />
        ))}
      </head>
      <body>
        {!isEmbedded && <Navigation frame={frame} />}
        <main id="main">{children}</main>
        {!isEmbedded && <Foot frame={frame} zone={zone} />}
      </body>
    </html>
  );
}

function Navigation({ frame: { self, viewer } }: { readonly frame: Frame }) {
  const path = self.split('?', 1)[0] ?? '';
  return (
    <header class="site">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <nav aria-label="Pages">
        {viewer.mayRead &&
          places.map(({ href, name }) => (
            <a key={href} href={href} {...currentOf(path, href)}>
              {name}
            </a>
          ))}
        {viewer.mayWrite && (
          <a class="add" href="/add" {...(path === '/add' && { 'aria-current': 'page' })}>
            Add
          </a>
        )}
      </nav>
    </header>
  );
}

// Marks the link to this page, or to the section that contains it.
function currentOf(path: string, href: string): { 'aria-current'?: 'page' | 'true' } {
  const place = href.replace(/\/$/, '');
  if (path === href || path === place) return { 'aria-current': 'page' };
  return path.startsWith(`${place}/`) ? { 'aria-current': 'true' } : {};
}

function Foot({ frame: { self, viewer }, zone }: { readonly frame: Frame; readonly zone: string | null }) {
  return (
    <footer class="site-foot">
      {zone === null ? (
        <span>
          Time zone: <strong id="zone">{viewer.zone}</strong>
          <button type="button" id="zone-switch" hidden />
        </span>
      ) : (
        <span>
          Time zone: <strong>{zone}</strong> (the same for all users)
        </span>
      )}
      {viewer.isSignedIn && (
        <form method="post" action="/sign-out">
          Signed in as <strong>{viewer.name}</strong> <button type="submit">Sign out</button>
        </form>
      )}
      {viewer.maySignIn && <a href={`/sign-in?to=${encodeURIComponent(self)}`}>Sign in</a>}
      {viewer.mayRead && <a href="/hooks">Hooks</a>}
      <a href="/openapi">HTTP API</a>
    </footer>
  );
}
