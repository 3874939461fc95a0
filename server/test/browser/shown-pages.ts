// All pages of the server, for tests and screenshots of each.

import type { Page } from 'playwright-core';
import type { TestServer } from '../start';
import { quarterOfLines } from './quarter';

/** A page and how to show it. */
export interface ShownPage {
  /** The name of its screenshot: `timeline`. */
  readonly name: string;
  readonly path: string;
  /** True for a page of another server, where reading needs a token. */
  readonly isClosed?: true;
  /** Waits until everything is drawn, and can do something first. */
  settle?(page: Page): Promise<unknown>;
}

/** Fills a server with a quarter of events and some rejected lines. */
export async function fillQuarter(server: TestServer, now: number): Promise<void> {
  await server.send(quarterOfLines(now));
  await server.send(
    [
      `${now} deploy_website release 42, by Nicolas`,
      `${Math.floor(now / 1_000)} puppet;host=web1`,
      'yesterday manual_ada Restarted haproxy',
    ].join('\n'),
  );
}

/** The pages, for a filled server. */
export async function shownPages(server: TestServer): Promise<readonly ShownPage[]> {
  const newest = async (filter: string): Promise<number> => {
    const { events } = (await server.json(`/events/json?order=descending&limit=1&${filter}`)) as {
      events: { id: number }[];
    };
    return events[0]?.id ?? 0;
  };
  const deploy = await newest('type=deploy_player');
  const incident = await newest('type=incident_sev2_start&all=incident%3DINC-107');
  return [
    { name: 'events', path: '/events/?from=-1w' },
    { name: 'event', path: `/events/${deploy}` },
    { name: 'add', path: '/add?type=manual_ada' },
    { name: 'edit', path: `/events/${deploy}/edit` },
    { name: 'timeline', path: '/timeline', settle: drawn },
    { name: 'timeline-quarter', path: '/timeline?from=-3mon', settle: drawn },
    { name: 'incidents', path: '/spans' },
    { name: 'other-spans', path: '/spans?scale=other' },
    { name: 'incident', path: `/spans/${incident}` },
    { name: 'report', path: '/report' },
    { name: 'rejected', path: '/rejects' },
    { name: 'hooks', path: '/hooks' },
    { name: 'sign-in', path: '/events/', isClosed: true },
    { name: 'embedded-events', path: '/embed/events?from=-1d' },
    { name: 'embedded-timeline', path: '/embed/timeline', settle: drawn },
    { name: 'api', path: '/openapi' },
    { name: 'nowhere', path: '/nowhere' },
    { name: 'time-zones', path: '/rejects', settle: (page) => page.locator('.zone-menu summary').click() },
    { name: 'keys', path: '/events/', settle: (page) => page.keyboard.press('?') },
  ];
}

const drawn = (page: Page): Promise<unknown> => page.locator('.lanes .vis-item').first().waitFor();
