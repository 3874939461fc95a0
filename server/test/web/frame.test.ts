// The frame of every page with JavaScript off: navigation with counts, time zone, share link, account, previews.

import { start } from '../start';
import { linkOf, send, visit } from './pages';

const now = Date.parse('2026-11-25T12:00:00Z');
const seconds = now / 1_000;
const secret = 'the-long-secret-of-ada';
const withToken = { ANTHRACITE_TOKENS: `ada:admin:${secret}` };
const metaOf = (html: string, property: string): string =>
  new RegExp(`<meta property="${property}" content="([^"]*)"`).exec(html)?.[1] ?? '';

test('counts open incidents and rejected lines in the navigation of every page', async () => {
  const server = await start({}, () => now);
  const pages = ['/events/', '/timeline', '/spans', '/report', '/rejects', '/hooks', '/add', '/nowhere'];
  for (const path of pages) expect((await visit(server, path)).html).not.toContain('class="count');
  await server.send(
    [
      `${seconds - 60} incident_sev1_start;incident=1 down`,
      `${seconds - 50} incident_sev2_start;incident=2 slow`,
      `${seconds - 40} incident_sev2_resolved;incident=2 well`,
      `${seconds - 30} gain_sev2_start;gain=1 better`,
      'nonsense',
      'more nonsense',
      '',
    ].join('\n'),
  );
  for (const path of pages) {
    const { text } = await visit(server, path);
    expect([path, text]).toEqual([path, expect.stringContaining('Incidents 1 open Report Rejected 2 lines')]);
  }
  await server.fetch('/rejects/1', { method: 'DELETE' });
  await server.send(`${seconds - 10} incident_sev1_resolved;incident=1 up\n`);
  expect((await visit(server, '/events/')).text).toContain('Incidents Report Rejected 1 lines');
});

test('shows no counts to a viewer who may not read', async () => {
  const server = await start({}, () => now, { ANTHRACITE_TOKENS: `w:write:${secret} r:read:${secret}-2` });
  await server.fetch('/events', {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ type: 'incident_sev1_start', tags: ['incident=1'], description: 'down' }),
  });
  const asWriter = await visit(server, '/add', { authorization: `Bearer ${secret}` });
  expect(asWriter.status).toBe(200);
  expect(asWriter.html).not.toContain('class="count');
  expect((await visit(server, '/events/')).html).not.toContain('class="count');
  expect((await visit(server, '/events/', { authorization: `Bearer ${secret}-2` })).text).toContain(
    'Incidents 1 open',
  );
});

test('reads and shows times in the zone of the address, on every page including the report', async () => {
  const server = await start({ 'time-zone': 'UTC' }, () => now);
  await server.send(`${seconds - 60} incident_sev1_start;incident=1 down\n`);
  const cookie = { cookie: 'anthracite_zone=Europe%2FBerlin' };
  for (const path of ['/events/', '/timeline', '/spans', '/report', '/events/1', '/spans/1']) {
    const own = await visit(server, path, cookie);
    expect([path, own.text]).toEqual([path, expect.stringContaining('Time zone: Europe/Berlin')]);
    const linked = await visit(server, `${path}?tz=Asia/Tokyo`, cookie);
    expect([path, linked.text]).toEqual([path, expect.stringContaining('Time zone: Asia/Tokyo')]);
    const wrong = await visit(server, `${path}?tz=Nowhere`, cookie);
    expect([path, wrong.status, wrong.text]).toEqual([path, 200, expect.stringContaining('Europe/Berlin')]);
  }
  expect((await visit(server, '/events/?tz=Asia/Tokyo')).text).toContain('20:59:00');
  const report = await visit(server, '/report?from=2026-11-01&tz=Asia/Tokyo', cookie);
  expect(report.text).toContain('2026-11-01 00:00 to 2026-11-25 21:00');
  expect(linkOf(report, 'CSV')).toContain('from=2026-10-31T15:00:00Z');
  expect(linkOf(report, 'CSV')).toContain('tz=Asia%2FTokyo');
});

test('offers a share link that shows the same at any time, in any zone', async () => {
  let clock = now;
  const server = await start({ 'time-zone': 'UTC' }, () => clock);
  await server.send(`${seconds - 60} deploy;host=a one\n${seconds - 7_200} deploy;host=a two\n`);
  const cookie = { cookie: 'anthracite_zone=Europe%2FBerlin' };
  const page = await visit(server, '/events/?from=-1h&all=host%3Da', cookie);
  const share = linkOf(page, 'Share');
  expect(share).toBe(
    '/events/?all=host%3Da&from=2026-11-25T11:00:00Z&until=2026-11-25T12:00:00Z&tz=Europe%2FBerlin',
  );
  await server.send(`${seconds + 100} deploy;host=a three\n`);
  clock = now + 86_400_000;
  const later = await visit(server, share, { cookie: 'anthracite_zone=UTC' });
  const [, rows = ''] = page.html.split('<tbody');
  expect(later.text).toContain('12:59:00');
  expect(later.text).not.toContain('three');
  expect(rows).toContain('12:59:00');
  expect(linkOf(await visit(server, '/timeline', cookie), 'Share')).toBe(
    '/timeline?tz=Europe%2FBerlin&from=2026-11-25T12:00:00Z&until=2026-11-26T12:00:00Z',
  );
});

test('keeps the zone of a share link on the pages that it links to', async () => {
  const server = await start({}, () => now);
  const page = await visit(server, '/events/?tz=Asia/Tokyo');
  expect(linkOf(page, 'Timeline')).toBe('/timeline?tz=Asia%2FTokyo');
  expect(linkOf(await visit(server, '/events/'), 'Timeline')).toBe('/timeline');
});

test('shows the name of the token, and links for administrators only to administrators', async () => {
  const server = await start({}, () => now, withToken);
  const signedIn = await send(server, '/sign-in', { token: secret, to: '/events/' });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
  const page = await visit(server, '/events/', { cookie });
  expect(page.text).toContain('Signed in as ada');
  expect(linkOf(page, 'Tokens')).toBe('/tokens');
  expect(linkOf(page, 'Targets')).toBe('/targets');
  const closed = await visit(server, '/events/');
  expect(linkOf(closed, 'Tokens')).toBe('');
  expect(linkOf(closed, 'Hooks')).toBe('');
  expect(linkOf(closed, 'Sign in')).toBe('/sign-in?to=%2Fevents%2F');
});

test('describes pages to chat tools, without a word of events to those who may not read', async () => {
  const lines = `${seconds - 60} deploy the <secret> "release"\n`;
  const open = await start({ 'time-zone': 'UTC' }, () => now);
  await open.send(lines);
  const page = await visit(open, '/events/1');
  expect(metaOf(page.html, 'og:title')).toBe('the &lt;secret> &quot;release&quot;');
  expect(metaOf(page.html, 'og:description')).toBe('deploy at 2026-11-25 11:59:00 UTC');
  expect(metaOf((await visit(open, '/report')).html, 'og:title')).toBe('Report, 2026-10-01 to 2026-11-25');
  const closed = await start({}, () => now, withToken);
  await closed.fetch('/events', {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ type: 'deploy', description: 'the <secret> release' }),
  });
  for (const path of ['/events/1', '/events/', '/spans', '/timeline']) {
    const { status, html } = await visit(closed, path);
    expect([path, status, metaOf(html, 'og:title')]).toEqual([path, 401, 'Sign in']);
    expect(html).not.toMatch(/secret|deploy/);
  }
});

test('leads from an unknown page to events, incidents and a search', async () => {
  const server = await start();
  const page = await visit(server, '/nowhere');
  expect(page.status).toBe(404);
  expect(page.text).toContain('No page has the address "/nowhere".');
  for (const name of ['Go to events', 'Go to incidents', 'Go to the timeline'])
    expect((await visit(server, linkOf(page, name))).status).toBe(200);
  expect(page.html).toContain('<form class="search-all" action="/events/" method="get">');
});

test('shows on an empty server how to send an event to it', async () => {
  const byLine = await start({ tcp: '127.0.0.1:0' });
  expect((await visit(byLine, '/events/')).text).toContain('release 42" | nc -N 127.0.0.1 0');
  const byHttp = await start({ tcp: '' });
  const { text } = await visit(byHttp, '/events/');
  const [, command = ''] = /(curl .*\/events)/.exec(text) ?? [];
  expect(command).toBe(
    `curl --data-binary "$(date +%s) deploy_website;env=prod release 42" -H 'Content-Type: text/plain' ${byHttp.url}/events`,
  );
});
