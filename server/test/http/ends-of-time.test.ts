// Events and spans at the first and the last valid instant, at every route, in time zones on both sides of UTC.

import { eventLimits, jsonTime } from '@anthracite/protocol';
import { start, type TestServer } from '../start';

// Hundreds of requests, which are slow on a busy machine.
jest.setTimeout(600_000);

const now = Date.UTC(2026, 10, 27);
const [first, last] = [eventLimits.minTimeMs, eventLimits.maxTimeMs];
const ranges = [
  'from=0001-01-01&until=9999-12-31',
  `from=0001-01-01T00:00:00Z&until=0001-01-01T00:00:00.001Z`,
  `from=9999-12-31T23:59:59.998Z&until=9999-12-31T23:59:59.999Z`,
];
const events = [
  { time: first, type: 'deploy_shop', tags: ['host=a'], description: 'first' },
  { time: first + 1, type: 'incident_sev1_start', tags: ['incident=a'], description: 'a' },
  { time: first + 2, type: 'incident_sev1_detected', tags: ['incident=a'], description: 'a' },
  { time: first + 3, type: 'incident_sev1_resolved', tags: ['incident=a'], description: 'a' },
  { time: first, type: 'incident_sev2_start', tags: ['incident=all'], description: 'all of time' },
  { time: now, type: 'deploy_shop', tags: ['host=b'], description: 'between' },
  { time: last, type: 'incident_sev2_resolved', tags: ['incident=all'], description: 'all of time' },
  { time: last - 1, type: 'deploy_shop', tags: ['host=c'], description: 'last' },
  { time: last, type: 'incident_sev1_start', tags: ['incident=open'], description: 'open' },
];
const intervals = ['1d', '1w', '1y'];
const periods = ['year'];
// Routes that never end or do not depend on events.
const isLeftOut = (url: string): boolean => /stream$|^\/assets|^\/render|^\/openapi|:name/.test(url);

let server: TestServer;
const ids: number[] = [];
beforeAll(async () => {
  server = await start({}, () => now);
  for (const event of events) {
    const body = JSON.stringify({ ...event, time: jsonTime(event.time) });
    ids.push(((await server.json('/events', { method: 'POST', body })) as { id: number }).id);
  }
});

/** The parameters of a route of the table, besides a range. */
function addressesOf(url: string): string[] {
  if (url.includes(':id')) return [ids[4], ids.at(-1)].map((id) => `${url.replace(':id', String(id))}?`);
  const every = url.endsWith('/counts') ? intervals : url.startsWith('/report') ? periods : [];
  const name = url.endsWith('/counts') ? 'interval' : 'period';
  return [`${url}?`, ...every.map((value) => `${url}?${name}=${value}&`)];
}

function ask(address: string, accept: string, zone: string): Promise<Response> {
  const parameters = /counts\?/.test(address) ? `&tz=${zone}` : '';
  const headers = { accept, cookie: `anthracite_zone=${encodeURIComponent(zone)}` };
  return server.fetch(address + parameters, { headers, redirect: 'manual' });
}

test.each([
  ['application/json', 'Pacific/Kiritimati'],
  ['text/html', 'America/New_York'],
])('fails at no route for %s in %s', async (accept, zone) => {
  const addresses = server.app.http.routes
    .filter(({ methods, url }) => methods.includes('GET') && !isLeftOut(url))
    .flatMap(({ url }) => addressesOf(url))
    .flatMap((address) => ranges.map((range) => address + range));
  const failures: string[] = [];
  let answered = 0;
  for (const address of addresses) {
    const response = await ask(address, accept, zone);
    const text = await response.text();
    if (response.status >= 500) failures.push(`${response.status} ${address} ${text.slice(0, 200)}`);
    if (response.status === 200) answered++;
  }
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(60);
});

test('leads to a page from every link', async () => {
  const pages = [
    ...['/timeline', '/events', '/spans', '/report'].flatMap((page) =>
      ranges.map((range) => `${page}?${range}`),
    ),
    ...[ids[0], ids[4], ids.at(-1)].flatMap((id) => [`/events/${id}`, `/spans/${id}`]),
  ];
  const links = new Set<string>();
  for (const page of pages) {
    const response = await ask(page, 'text/html', 'America/New_York');
    const html = await response.text();
    // A page with an error links to itself in other time zones, with the same error.
    const isError = response.status >= 400;
    const [own = ''] = page.split('?');
    for (const [, link = ''] of html.matchAll(/href="(\/[^"]*)"/g)) {
      if (!isError || !link.startsWith(`${own}?`) || !link.includes('tz='))
        links.add(link.replaceAll('&amp;', '&'));
    }
  }
  const broken: string[] = [];
  for (const link of [...links].filter((one) => !isLeftOut(one))) {
    const { status } = await ask(link, 'text/html', 'America/New_York');
    if (status >= 400) broken.push(`${status} ${link}`);
  }
  expect(broken).toEqual([]);
  expect(links.size).toBeGreaterThan(50);
});

test.each(['Pacific/Kiritimati', 'America/New_York'])(
  'counts every event of all times in the timeline in %s',
  async (zone) => {
    const page = await ask(
      '/timeline?from=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59.999Z',
      'text/html',
      zone,
    );
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`<strong>${events.length} events</strong>`);
  },
);
