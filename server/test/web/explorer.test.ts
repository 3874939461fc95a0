// The page of events with JavaScript off: banner, histogram, facets, folding, marked hits, incident rows, the default range.

import { start, type TestServer } from '../start';
import { idsOf, linkOf, visit } from './pages';

const now = Date.parse('2026-11-25T12:00:00Z');
const seconds = now / 1_000;
const hour = 3_600;
const settings = { 'time-zone': 'UTC' };

async function serverWith(lines: readonly string[]): Promise<TestServer> {
  const server = await start(settings, () => now);
  await server.send(`${lines.join('\n')}\n`);
  return server;
}

/** The bars of the histogram: label, address, and the heights of their parts by kind. */
function barsOf(html: string) {
  const [, figure = ''] = /<figure class="histogram"[^>]*>(.*?)<\/figure>/s.exec(html) ?? [];
  return [...figure.matchAll(/<a href="([^"]*)" aria-label="([^"]*)">(.*?)<\/a>/gs)].map(
    ([, href = '', label, bars = '']) => ({
      href: href.replaceAll('&amp;', '&'),
      label,
      kinds: [...bars.matchAll(/<rect class="([a-z]+)"/g)].map(([, kind]) => kind),
    }),
  );
}

/** The facets: by heading, the shown values with their counts. */
function facetsOf(html: string): Record<string, string[]> {
  const [, aside = ''] = /<aside class="facets".*?>(.*?)<\/aside>/s.exec(html) ?? [];
  const sections = [...aside.matchAll(/<section><h2>([^<]*)<\/h2>(.*?)<\/section>/gs)];
  return Object.fromEntries(
    sections.map(([, name = '', rest = '']) => [
      name,
      [...rest.matchAll(/<bdi>([^<]*)<\/bdi> <span class="facet-count">([^<]*)</g)].map(
        ([, value, count]) => `${value} ${count}`,
      ),
    ]),
  );
}

test('shows the last 24 hours if the address has no range, with a link to all events', async () => {
  const server = await serverWith([
    `${seconds - 23 * hour} deploy;n=1 new`,
    `${seconds - 25 * hour} deploy;n=2 old`,
  ]);
  const page = await visit(server, '/events/');
  expect(idsOf(page)).toEqual([1]);
  expect(linkOf(page, 'JSON')).toBe('/events/json?from=-24h&order=descending');
  const all = await visit(server, linkOf(page, 'All events'));
  expect(idsOf(all)).toEqual([1, 2]);
  expect(linkOf(all, 'JSON')).toBe('/events/json?order=descending');
  expect(idsOf(await visit(server, '/events/?from=-2d'))).toEqual([1, 2]);
  expect(idsOf(await visit(server, '/events/?until=-1d'))).toEqual([2]);
  // A frame of another site has no link to all events.
  expect(idsOf(await visit(server, '/embed/events'))).toEqual([1, 2]);
});

test('leads from an empty range to all times, and tells an empty server from an empty range', async () => {
  const server = await serverWith([`${seconds - 48 * hour} deploy old`]);
  const page = await visit(server, '/events/?type=deploy');
  expect(page.text).toContain('No matching events in this range.');
  expect(page.text).not.toContain('No events yet');
  expect(idsOf(await visit(server, linkOf(page, 'Search all times')))).toEqual([1]);
  expect(linkOf(page, 'Remove filters')).toBe('/events/');
});

test('shows open incidents in a banner, the most severe first', async () => {
  const server = await serverWith([
    `${seconds - 3 * 60} incident_sev1_start;incident=1 card payments declined`,
    `${seconds - 30 * hour} incident_sev3_start;incident=2 slow search`,
    `${seconds - 2 * hour} incident_sev2_start;incident=3 resolved already`,
    `${seconds - 1 * hour} incident_sev2_resolved;incident=3 well`,
    ...[4, 5, 6].map((i) => `${seconds - i} incident_sev4_start;incident=${i} number ${i}`),
  ]);
  const { html, text } = await visit(server, '/events/?type=nothing');
  expect(text).toContain('5 open incidents');
  const [, list = ''] = /<section class="banner"[^>]*>(.*?)<\/section>/s.exec(html) ?? [];
  expect([...list.matchAll(/href="(\/spans\/\d+)"/g)].map(([, href]) => href)).toEqual([
    '/spans/1',
    '/spans/2',
    '/spans/5',
  ]);
  expect(list.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')).toContain(
    'sev1 card payments declined 3 min ago',
  );
  expect((await visit(await start(settings), '/events/')).html).not.toContain('class="banner"');
  expect((await visit(server, '/embed/events')).html).not.toContain('class="banner"');
});

test('counts events over the range, stacked by kind; each bar leads to its interval', async () => {
  const server = await serverWith([
    ...[1, 2, 3].map((i) => `${seconds - 2 * hour + i} deploy_shop;n=${i} release`),
    `${seconds - 2 * hour + 9} puppet;host=a changed`,
    `${seconds - 2 * hour + 10} incident_sev1_start;incident=1 down`,
    `${seconds - 5 * hour} manual_ada x`,
    `${seconds - 5 * hour} backup y`,
    `${seconds - 30 * hour} deploy_shop;n=4 too early`,
  ]);
  const page = await visit(server, '/events/?tz=UTC');
  const bars = barsOf(page.html);
  expect(bars.map(({ label, kinds }) => [label, kinds])).toEqual([
    ['2026-11-25 07:00:00: 2 events', ['manual', 'other']],
    ['2026-11-25 10:00:00: 5 events', ['deployment', 'configuration', 'incident']],
  ]);
  expect(page.text).toContain('7 events , up to 5 per hour');
  expect(page.text).toContain('deployments 3 configuration 1 manual changes 1 others 1 incidents 1');
  const interval = await visit(server, bars[1]?.href ?? '');
  expect(idsOf(await visit(server, `${bars[1]?.href}&fold=off`))).toEqual([5, 4, 3, 2, 1]);
  expect(interval.text).toContain('5 events in 3 rows in total.');
  // A filter restricts the counts, and the whole range starts at the first event.
  expect(barsOf((await visit(server, '/events/?type=manual_*')).html)).toHaveLength(1);
  const whole = barsOf((await visit(server, '/events/?range=all&tz=UTC')).html);
  expect(whole.map(({ label }) => label)).toEqual([
    '2026-11-24 06:00:00: 1 event',
    '2026-11-25 07:00:00: 2 events',
    '2026-11-25 10:00:00: 5 events',
  ]);
});

test('counts types and tags of the range, to include and to exclude', async () => {
  const server = await serverWith([
    `${seconds - 60} deploy;env=prod;host=web1;service=shop;user=ada one`,
    `${seconds - 61} deploy;env=prod;host=web2;project=shop;who=bob two`,
    `${seconds - 62} puppet;env=test;host=web1;colour=blue three`,
    `${seconds - 30 * hour} puppet;env=old;host=web9 four`,
  ]);
  const page = await visit(server, '/events/');
  expect(facetsOf(page.html)).toEqual({
    Type: ['deploy 2', 'puppet 1'],
    Environment: ['prod 2', 'test 1'],
    Host: ['web1 2', 'web2 1'],
    Service: ['shop 1', 'shop 1'],
    Person: ['ada 1', 'bob 1'],
  });
  const href = (html: string, kind: 'include' | 'exclude', title: string): string =>
    (
      new RegExp(
        `<a class="${kind}" href="([^"]*)"[^>]*(?:title="${title}"|>\\s*<span class="unseen">Exclude ${title}<)`,
      ).exec(html)?.[1] ?? ''
    ).replaceAll('&amp;', '&');
  const included = await visit(server, href(page.html, 'include', 'host=web1'));
  expect(idsOf(included)).toEqual([1, 3]);
  expect(facetsOf(included.html)['Type']).toEqual(['deploy 1', 'puppet 1']);
  const narrower = await visit(server, href(included.html, 'exclude', 'puppet'));
  expect(idsOf(narrower)).toEqual([1]);
  expect(narrower.html).toMatch(
    /<h2>Excluded<\/h2><ul><li><a class="include excluded" href="\/events\/\?all=host%3Dweb1"/,
  );
  const removed = href(narrower.html, 'include', 'host=web1: remove from the filter');
  expect(idsOf(await visit(server, removed))).toEqual([1, 2]);
  const byTag = await visit(server, href(page.html, 'exclude', 'env=prod'));
  expect(idsOf(byTag)).toEqual([3]);
  expect(idsOf(await visit(server, href(page.html, 'include', 'deploy')))).toEqual([1, 2]);
});

test('lists many values of a facet in a fold', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => `${seconds - 60 - i} deploy;host=web${i} x${i}`);
  const { html, text } = await visit(await serverWith(lines), '/events/');
  expect(facetsOf(html)['Host']).toHaveLength(40);
  expect(text).toContain('54 more');
  expect(text).toContain('20 more values are not listed.');
});

test('counts events of types that look like patterns', async () => {
  const server = await serverWith([`${seconds - 60} !odd one`, `${seconds - 61} a*b two`]);
  const page = await visit(server, '/events/');
  const [, including = ''] = /<a class="include" href="([^"]*)" title="!odd"/.exec(page.html) ?? [];
  expect(idsOf(await visit(server, including))).toEqual([1]);
  const [, excluding = ''] = /href="([^"]*)"[^>]*><span class="unseen">Exclude !odd</.exec(page.html) ?? [];
  expect(idsOf(await visit(server, excluding))).toEqual([2]);
});

test('folds deployments of a version and bursts of a title, but no marks, and unfolds them', async () => {
  const server = await serverWith([
    ...[1, 2, 3].map((i) => `${seconds - 100 + i} deploy_shop;version=a1;host=web${i} release a1 to web${i}`),
    ...[1, 2].map((i) => `${seconds - 200 + i} manual_ada;host=lb${i} Restarted haproxy`),
    ...[1, 2].map((i) => `${seconds - 300 + i} incident_sev2_start;incident=${i} down`),
    `${seconds - 2 * hour} manual_ada;host=lb3 Restarted haproxy`,
  ]);
  const page = await visit(server, '/events/');
  expect(idsOf(page)).toEqual([3, 5, 7, 6, 8]);
  expect(page.text).toContain('8 events in 5 rows in total.');
  const groups = [...page.html.matchAll(/<a class="group" href="([^"]*)">([^<]*)</g)].map(
    ([, href = '', name]) => [href.replaceAll('&amp;', '&'), name] as const,
  );
  expect(groups.map(([, name]) => name)).toEqual(['3 events on web1..web3', '2 events on lb1, lb2']);
  expect(idsOf(await visit(server, groups[0]?.[0] ?? ''))).toEqual([3, 2, 1]);
  expect(idsOf(await visit(server, groups[1]?.[0] ?? ''))).toEqual([5, 4]);
  const unfolded = await visit(server, linkOf(page, 'Unfold'));
  expect(idsOf(unfolded)).toEqual([3, 2, 1, 5, 4, 7, 6, 8]);
  expect(idsOf(await visit(server, linkOf(unfolded, 'Fold bursts')))).toEqual(idsOf(page));
  // A search shows each event that it finds.
  expect(idsOf(await visit(server, '/events/?q=release'))).toEqual([3, 2, 1]);
});

test('lists folded events page by page, there and back, each once', async () => {
  const lines = Array.from(
    { length: 60 },
    (_, i) => `${seconds - 600 + 10 * i} puppet;version=v${i >> 2};host=h${i} x`,
  );
  const server = await serverWith(lines);
  const seen: number[][] = [];
  let page = await visit(server, '/events/?limit=4');
  for (;;) {
    seen.push(idsOf(page));
    const older = linkOf(page, 'Older');
    if (older === '') break;
    page = await visit(server, older);
  }
  expect(seen.flat()).toEqual(Array.from({ length: 15 }, (_, i) => 60 - 4 * i));
  const newer = linkOf(page, 'Newer');
  expect(newer).not.toBe('');
  expect(Math.min(...idsOf(await visit(server, newer)))).toBeGreaterThan(Math.max(...idsOf(page)));
});

test('marks the hits of a search, also in tags and in the folded text', async () => {
  const long = `${'filler '.repeat(900)}needle at the end`;
  const server = await serverWith([
    `${seconds - 60} deploy;host=needle-1 "the Néedle, and needles\\nno match\\nneedle **needle** in the body"`,
    `${seconds - 61} needle "x\\n${long}"`,
    `${seconds - 62} deploy "needle title\\nbody without"`,
  ]);
  const { html } = await visit(server, '/events/?q=needle+-other');
  const rows = html.split('<tr class="event').slice(1);
  expect(rows[0]).toContain('the <mark>Néedle</mark>, and needles');
  expect(rows[0]).toContain('host=<mark>needle</mark>-1');
  expect(rows[0]).toMatch(
    /<details open>.*<mark>needle<\/mark> <strong><mark>needle<\/mark><\/strong> in the body/s,
  );
  expect(rows[1]).toContain('><mark>needle</mark></a>');
  expect(rows[1]).toMatch(/<details open>.*filler <mark>needle<\/mark> at the end/s);
  expect(rows[2]).toContain('<mark>needle</mark> title');
  expect(rows[2]).toContain('<details><summary>');
  expect((await visit(server, '/events/')).html).not.toContain('<mark>');
  const phrase = await visit(server, '/events/?q=%22the+needle%22+nee*');
  expect(phrase.html).toContain('<mark>the Néedle</mark>, and <mark>needles</mark>');
});

test('shows the state of incidents in their rows, with a link to each', async () => {
  const server = await serverWith([
    `${seconds - 3 * hour} incident_sev1_start;incident=1 down`,
    `${seconds - 2 * hour} incident_sev1_resolved;incident=1 up`,
    `${seconds - 600} incident_sev2_start;incident=2 slow`,
    `${seconds - 300} backup_start;span=1 no incident`,
  ]);
  const { html } = await visit(server, '/events/');
  const states = [...html.matchAll(/<a class="state ?([a-z]*)" href="([^"]*)">([^<]*)</g)].map((match) =>
    match.slice(1),
  );
  expect(states).toEqual([
    ['open', '/spans/3', 'Open for 10 minutes'],
    ['', '/spans/1', 'Resolved after 1 hour'],
    ['', '/spans/1', 'Resolved after 1 hour'],
  ]);
});
