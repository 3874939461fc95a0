// The frame of every page: head, header, footer. Pure, as everything in web/: data in, markup out.

import type { ComponentChildren } from 'preact';
import type { Range } from '../report/intervals';
import { withParameters } from './address';
import type { Assets } from './assets';
import { Header } from './header';
import { type Key, KeyDialog } from './key-dialog';
import { instantText } from './links';

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
  /** True if the viewer may manage tokens and targets. */
  readonly mayAdminister: boolean;
  /** IANA name of the time zone in which times are shown. */
  readonly zone: string;
  /** Time zones to switch to; the shown zone first. */
  readonly zones: readonly string[];
}

/** Counts in the navigation. */
export interface Attention {
  /** Number of open incidents. */
  readonly openIncidents: number;
  /** Number of rejected lines. */
  readonly rejects: number;
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
  /** The same with absolute times and the time zone, so that everybody sees the same. */
  readonly share: string;
  /** The time zone in the address; null if the viewer's own zone applies. */
  readonly linkedZone: string | null;
  /** Null if the viewer may not read, and on answers to forms. */
  readonly attention: Attention | null;
  /** True inside a frame of another page: no navigation. */
  readonly isEmbedded: boolean;
}

const productDescription = 'Record what happened; find out what changed.';

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
  description = productDescription,
  range = null,
  keys = [],
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
  /** A sentence for previews of the page in chat tools. */
  readonly description?: string;
  /** The range of a page whose address has none; a share link contains it. */
  readonly range?: Range | null;
  /** Keys of this page. */
  readonly keys?: readonly Key[];
  readonly children: ComponentChildren;
}) {
  const { assets, isEmbedded } = frame;
  const share =
    range === null
      ? frame.share
      : withParameters(frame.share, { from: instantText(range.fromMs), until: instantText(range.untilMs) });
  return (
    <html lang="en" data-base={frame.base || undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {again && <meta http-equiv="refresh" content="0" />}
        <title>{`${title} - Anthracite`}</title>
        <meta property="og:site_name" content="Anthracite" />
        <meta property="og:type" content="website" />
        <meta property="og:title" content={title} />
        <meta property="og:description" content={description} />
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
        {!isEmbedded && <Header frame={frame} share={share} />}
        <main id="main">{children}</main>
        {!isEmbedded && <Foot frame={frame} />}
        {!isEmbedded && <KeyDialog keys={keys} />}
      </body>
    </html>
  );
}

function Foot({ frame: { viewer } }: { readonly frame: Frame }) {
  return (
    <footer class="site-foot">
      {viewer.mayRead && <a href="/hooks">Hooks</a>}
      {viewer.mayAdminister && <a href="/targets">Targets</a>}
      {viewer.mayAdminister && <a href="/tokens">Tokens</a>}
      <a href="/openapi">HTTP API</a>
      <button type="button" id="show-keys" hidden>
        Keyboard shortcuts
      </button>
    </footer>
  );
}
