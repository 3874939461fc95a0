// The table of events with JavaScript off: filters in the URL, pages, and the viewer's time zone.

import { start, type TestServer } from '../start';
import { fieldOf, idsOf, linkOf, visit } from './pages';

const now = Date.parse('2026-11-25T12:00:00Z');
let server: TestServer;
beforeAll(async () => {
  server = await start({}, () => now);
  const lines = Array.from({ length: 250 }, (_, i) => {
    const type = i % 50 === 0 ? 'incident_sev1_start' : i % 2 === 0 ? 'deploy' : 'puppet';
    return `${now / 1000 - 250 * 60 + i * 60} ${type};n=${i};host=web${i % 4} event number ${i}\n`;
  });
  await server.send(lines.join(''));
});

test('lists the newest events first, with pages to the oldest and back', async () => {
  const first = await visit(server, '/events/');
  expect(idsOf(first)).toEqual(Array.from({ length: 100 }, (_, i) => 250 - i));
  expect(first.text).toContain('more on the next page');
  expect(linkOf(first, 'Newer')).toBe('');
  const second = await visit(server, linkOf(first, 'Older'));
  const third = await visit(server, linkOf(second, 'Older'));
  expect(idsOf(second)).toEqual(Array.from({ length: 100 }, (_, i) => 150 - i));
  expect(idsOf(third)).toEqual(Array.from({ length: 50 }, (_, i) => 50 - i));
  expect(linkOf(third, 'Older')).toBe('');
  const back = await visit(server, linkOf(third, 'Newer'));
  expect(idsOf(back)).toEqual(idsOf(second));
  const top = await visit(server, linkOf(back, 'Newer'));
  expect(idsOf(top)).toEqual(idsOf(first));
  expect(linkOf(top, 'Newer')).toBe('');
  expect(idsOf(await visit(server, linkOf(third, 'Newest')))).toEqual(idsOf(first));
});

test('labels a failure in the table, but not its recovery or a similar name', async () => {
  const failing = await start({}, () => now);
  const types = [
    'puppet_failed_start',
    'puppet_failed',
    'puppet_failed_end',
    'deploy_failed',
    'incident_sev3_disk_failed',
    'puppet',
  ];
  const lines = types.map((type, i) => `${now / 1000 - 100 + i} ${type};span=web7 x\n`);
  await failing.send(lines.join(''));
  const { html } = await visit(failing, '/events/');
  const rows = [...html.matchAll(/<tr class="(event[^"]*)".*?<\/tr>/gs)].map(([row, kind]) => [
    kind,
    row.includes('</span> failed</span>'),
  ]);
  expect(rows).toEqual([
    ['event', false],
    ['event', false],
    ['event', false],
    ['event end', false],
    ['event failed', true],
    ['event start failed', true],
  ]);
});

test('lists the oldest events first if the URL requests it', async () => {
  const page = await visit(server, '/events/?order=ascending&limit=3');
  expect(idsOf(page)).toEqual([1, 2, 3]);
  const next = await visit(server, linkOf(page, 'Newer'));
  expect(idsOf(next)).toEqual([4, 5, 6]);
  expect(idsOf(await visit(server, linkOf(next, 'Older')))).toEqual([1, 2, 3]);
});

test('redirects a submitted form to the same query as a URL, which the API accepts', async () => {
  const sent = await visit(
    server,
    '/events/?q=&type=deploy+%21puppet+deploy&all=host%3Dweb2&any=&none=&from=-1h&until=&group=&window=',
  );
  expect(sent.status).toBe(303);
  expect(sent.location).toBe('/events/?from=-1h&type=deploy&type=%21puppet&all=host%3Dweb2');
  const page = await visit(server, sent.location);
  expect(fieldOf(page, 'type')).toBe('deploy !puppet');
  expect(fieldOf(page, 'from')).toBe('-1h');
  const query = sent.location.split('?')[1];
  const { events } = (await server.json(`/events/json?${query}&order=descending`)) as {
    events: { id: number }[];
  };
  expect(events.length).toBeGreaterThan(5);
  expect(idsOf(page)).toEqual(events.map(({ id }) => id));
});

test('combines tags and types with the present filter', async () => {
  const page = await visit(server, '/events/?type=deploy&limit=5');
  // An event has one type, but can have several tags.
  const found = await visit(server, '/events/?type=dep*&all=host%3Dweb2&limit=5');
  expect(linkOf(found, 'deploy')).toBe('/events/?all=host%3Dweb2&limit=5&type=deploy');
  expect(linkOf(page, 'host=web2')).toBe('/events/?type=deploy&limit=5&all=host%3Dweb2');
});

test('searches for text and reports an empty result', async () => {
  expect(idsOf(await visit(server, '/events/?q=%22number+17%22'))).toEqual([18]);
  expect((await visit(server, '/events/?q=nowhere')).text).toContain('No matching events');
  expect((await visit(await start(), '/events/')).text).toContain('No events yet');
});

test("accepts Graphite's own parameters", async () => {
  const page = await visit(server, '/events/?tags=puppet%20host=web1&set=intersection&limit=2');
  expect(idsOf(page)).toEqual([250, 246]);
  expect(fieldOf(page, 'tags')).toBe('puppet host=web1');
});

test('shows and reads times in the time zone of the browser', async () => {
  const headers = { cookie: 'anthracite_zone=Asia%2FTokyo' };
  const page = await visit(server, '/events/?limit=1', headers);
  expect(page.text).toContain('Time zone: Asia/Tokyo');
  expect(page.text).toContain('20:59:00');
  expect(idsOf(await visit(server, '/events/?from=2026-11-25+20:57', headers))).toEqual([250, 249, 248]);
  expect(page.html).toContain('datetime="2026-11-25T11:59:00.000Z"');
  for (const bad of ['Nowhere', '../etc/passwd', '%', 'x'.repeat(500)]) {
    const other = await visit(server, '/events/?limit=1', { cookie: `anthracite_zone=${bad}` });
    expect(other.text).toContain('Time zone: UTC');
  }
});

test('offers the same list to programs, for any time zone of the range', async () => {
  const headers = { cookie: 'anthracite_zone=Asia%2FTokyo' };
  const page = await visit(server, '/events/?from=2026-11-25+20:30&until=-10min&type=deploy', headers);
  const csv = linkOf(page, 'CSV');
  expect(csv).toBe('/events/csv?type=deploy&from=2026-11-25T11:30:00Z&until=-10min&order=descending&bom=1');
  const ids = (await (await server.fetch(csv)).text()).trim().split(/\r?\n/).slice(1);
  expect(ids.map((row) => Number.parseInt(row, 10))).toEqual(idsOf(page));
  for (const name of ['JSON', 'XML', 'lines', 'Atom', 'iCalendar']) {
    expect([name, (await server.fetch(linkOf(page, name))).status]).toEqual([name, 200]);
  }
  expect(idsOf(await visit(server, linkOf(page, 'Oldest first'), headers))).toEqual(idsOf(page).reverse());
});

test('shows the fault of a filter next to its field and keeps the input', async () => {
  const page = await visit(server, '/events/?from=yesturday&q=x&type=deploy');
  expect(page.status).toBe(400);
  expect(page.text).toContain('"yesturday" is not valid');
  expect(page.html).toMatch(/<input[^>]*name="from"[^>]*aria-describedby="from-problem"/);
  expect(fieldOf(page, 'from')).toBe('yesturday');
  expect(fieldOf(page, 'type')).toBe('deploy');
  expect((await visit(server, '/events/?group=a%3Db')).text).toContain("expected a tag's key");
  expect((await visit(server, '/events/?after=x')).status).toBe(400);
});

test('folds groups and links to their events', async () => {
  const other = await start({}, () => now);
  const lines = Array.from(
    { length: 30 },
    (_, i) => `${now / 1000 - 60 + i} puppet;version=a1;host=web${i} changed\n`,
  );
  await other.send(`${lines.join('')}${now / 1000 - 50} deploy;version=a1 x\n`);
  const page = await visit(other, '/events/?group=version');
  expect(idsOf(page)).toHaveLength(2);
  const link = /class="group" href="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(idsOf(await visit(other, link))).toHaveLength(30);
});

test('answers programs at the same URL as before', async () => {
  const plain = await (await server.fetch('/events/')).text();
  expect(plain).toContain('<tr><th>when</th><th>what</th><th>tags</th></tr>');
  const json = await server.fetch('/events/?limit=1', { headers: { accept: 'application/json' } });
  expect(await json.json()).toMatchObject({ truncated: true });
});

test('loads nothing from elsewhere and runs nothing from events', async () => {
  await server.send(`${now / 1000 - 1} x"><script>alert(1)</script>;<b>=<i> <script>alert(2)</script>\n`);
  const page = await visit(server, '/events/?limit=1');
  expect(page.html).toContain('&lt;script>alert(2)&lt;/script>');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
  expect(page.html).not.toMatch(/<script>|<script src="http| style="| on[a-z]+="/);
  for (const [, address = ''] of page.html.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]*)"/g)) {
    expect(address).toMatch(/^\/assets\//);
    expect((await server.fetch(address)).status).toBe(200);
  }
});
