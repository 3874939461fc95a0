// The pages of incidents: their content and the form that resolves one, with requests of a browser with JavaScript off.

import { exampleLines, exampleNow } from '../report/example';
import { start, type TestServer } from '../start';

const minute = 60_000;
let server: TestServer;
beforeEach(async () => {
  server = await start({ 'time-zone': 'UTC' }, () => exampleNow);
});

afterEach(() => server.stop());

const asBrowser = { headers: { accept: 'text/html' } };
const get = async (path: string): Promise<string> => {
  const response = await server.fetch(path, asBrowser);
  expect([path, response.status]).toEqual([path, 200]);
  return response.text();
};
/** Sends the form of a page, and returns the target of the redirect, or the page in the response. */
async function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return server.fetch(path, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}
// Without the id of the mark.
const placeOf = ({ headers }: Response): string =>
  (headers.get('location') ?? '').replace(/&mark=\d+&undo=\d+$/, '');
const seconds = (ms: number): number => ms / 1000;
const titlesOf = (html: string): string[] =>
  [...html.matchAll(/<a class="title" href="[^"]*"><bdi>([^<]*)<\/bdi>/g)].map(([, title = '']) => title);

async function startOpenIncident(): Promise<number> {
  const began = seconds(exampleNow - 21 * minute);
  await server.send(
    [
      `${began - 240} deploy_shop;env=prod;host=web1 release 42`,
      `${began} incident_sev2_start;incident=7;env=prod;host=web1 checkout fails`,
      '',
    ].join('\n'),
  );
  const { spans } = (await server.json('/spans?state=open')) as { spans: { id: number }[] };
  return spans[0]?.id ?? 0;
}

test('lists failures among the other spans, with a label', async () => {
  const began = seconds(exampleNow - 21 * minute);
  await server.send(
    `${began} puppet_failed_start;span=web7 web7: 1 failed\n${began} maintenance_start new disks\n`,
  );
  expect(titlesOf(await get('/spans'))).toEqual([]);
  const page = await get('/spans?scale=other');
  expect(titlesOf(page)).toHaveLength(2);
  expect(page.match(/class="severity-badge failed"/g)).toHaveLength(1);
});

test('lists incidents, open ones first, and other spans on request', async () => {
  await server.send(`${exampleLines.join('\n')}\n`);
  await startOpenIncident();
  const incidents = await get('/spans');
  expect(titlesOf(incidents)).toEqual(
    [
      'checkout fails',
      'mails are late',
      'one of two disks fails',
      'somebody sees old prices',
      'search is slow',
      'the bank&#39;s gateway fails',
      'the shop is down',
    ].map((title) => title.replace('&#39;', "'")),
  );
  expect(incidents).toContain('open for <data value="1260000"');
  expect(titlesOf(await get('/spans?scale=gain'))).toEqual(['press', 'a film shows the product']);
  expect(titlesOf(await get('/spans?scale=other'))).toEqual(['release d begins']);
  expect(titlesOf(await get('/spans?severity=1'))).toEqual(['search is slow', 'the shop is down']);
  expect(titlesOf(await get('/spans?origin=external'))).toEqual(["the bank's gateway fails"]);
  expect(titlesOf(await get('/spans?from=2026-02-01&until=2026-03-01&q=prices'))).toEqual([
    'somebody sees old prices',
  ]);
});

test('links to existing pages', async () => {
  await server.send(`${exampleLines.join('\n')}\n`);
  const id = await startOpenIncident();
  for (const path of [
    '/spans',
    '/spans?severity=1&origin=self',
    '/spans?scale=gain&q=film',
    `/spans/${id}`,
  ]) {
    const main = (await get(path)).split('<main')[1] ?? '';
    const hrefs = [...main.matchAll(/href="(\/[^"]*)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    );
    expect(hrefs.length).toBeGreaterThan(5);
    for (const href of new Set(hrefs)) {
      const { status } = await server.fetch(href, { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect([href, status]).toEqual([href, 200]);
    }
  }
}, 600_000);

test('redirects a form with empty fields to the URL of the same query', async () => {
  const response = await server.fetch('/spans?q=&type=a+b&severity=&origin=self&scale=', {
    ...asBrowser,
    redirect: 'manual',
  });
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe('/spans?origin=self&type=a&type=b');
});

test('links a long list to its next page', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => [
    `${1_770_000_000 + i * 100} incident_sev3_start;incident=${i} incident ${i}`,
    `${1_770_000_050 + i * 100} incident_sev3_end;incident=${i} over`,
  ]).flat();
  await server.send(`${lines.join('\n')}\n`);
  const first = await get('/spans');
  const next = /<a rel="next" href="([^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const titles = [...titlesOf(first), ...titlesOf(await get(next))];
  expect(titles).toEqual(Array.from({ length: 60 }, (_, i) => `incident ${59 - i}`));
}, 600_000);

test('shows the course, the figures and the problems of an incident', async () => {
  await server.send(`${exampleLines.join('\n')}\n`);
  const { spans } = (await server.json('/spans?q=search')) as {
    spans: { id: number; marks: { id: number }[] }[];
  };
  const { id, marks = [] } = spans[0] ?? { id: 0 };
  const html = await get(`/spans/${id}`);
  const course = /<table class="marks">.*?<\/table>/s.exec(html)?.[0] ?? '';
  const words = course.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  expect(words).toMatch(
    /08:00:00 0 start ▼ sev3 search is slow .*\+20 min detected ▼ sev1 search is down .*\+2 h end a new index/,
  );
  expect(html).toContain('release b');
  // The URL of another of its marks leads to it.
  const other = await server.fetch(`/spans/${marks[1]?.id}`, { ...asBrowser, redirect: 'manual' });
  expect([other.status, other.headers.get('location')]).toEqual([303, `/spans/${id}`]);
  const odd = (await server.json('/spans?q=prices')) as { spans: { id: number }[] };
  expect(await get(`/spans/${odd.spans[0]?.id}`)).toContain('the span has no start mark');
});

test('shows the changes just before an incident, with reasons', async () => {
  const html = await get(`/spans/${await startOpenIncident()}`);
  expect(titlesOf(html)).toEqual(['release 42']);
  expect(html).toContain('4 minutes before');
  expect(html).toContain('<strong>4 min before</strong>');
  expect(html).toContain('<circle class="change"');
});

test('shows the followers of a change on its page, but not on that of any other event', async () => {
  const id = await startOpenIncident();
  const page = await get(`/events/${id - 1}`);
  expect(page).toContain('Spans that followed');
  expect(titlesOf(page)).toEqual(['checkout fails']);
  expect(await get(`/events/${id}`)).not.toContain('Spans that followed');
  await server.send(`${seconds(exampleNow)} deploy_shop nothing after it\n`);
  expect(await get(`/events/${id + 1}`)).toContain('No span started within 1 day after this event.');
});

test('lists ten followers of a change and their total number', async () => {
  const began = seconds(exampleNow - 60 * minute);
  const starts = Array.from(
    { length: 11 },
    (_, i) => `${began + 60 + i} incident_start;incident=${i} number ${i}\n`,
  );
  await server.send(`${began} deploy_shop release\n${starts.join('')}`);
  const page = await get('/events/1');
  expect(titlesOf(page)).toHaveLength(10);
  expect(page).toMatch(/\b10 of 11\b/);
});

test('measures the distance of a follower from a long change as in the reasons', async () => {
  const began = seconds(exampleNow - 21 * minute);
  await server.send(
    [
      `${began - 600} deploy_shop;version=7;env=prod;host=web1 release 7`,
      `${began - 240} deploy_shop;version=7;env=prod;host=web2 release 7`,
      `${began} incident_sev2_start;incident=7;env=prod checkout fails`,
      '',
    ].join('\n'),
  );
  for (const id of [1, 2]) {
    const page = await get(`/events/${id}`);
    expect(page).toContain('<strong>+4 min</strong>');
    expect(page).toContain('<p>4 minutes after;');
  }
});

test('shows the age of a resolved incident from its end', async () => {
  const began = seconds(exampleNow - 3 * 60 * minute);
  const tags = 'incident=8';
  await server.send(
    `${began} incident_sev2_start;${tags} mails fail\n${seconds(exampleNow) - 30} incident_sev2_end;${tags} mails go out\n`,
  );
  const open = await startOpenIncident();
  const { spans } = (await server.json('/spans?q=mails&state=over&from=-1d')) as { spans: { id: number }[] };
  expect(await get(`/spans/${spans[0]?.id}`)).toContain('(ended just now)');
  expect(await get(`/spans/${open}`)).not.toContain('(21 min ago)');
});

test('resolves an incident with one click, and marks it with its key', async () => {
  const id = await startOpenIncident();
  const detected = await post(`/spans/${id}/mark`, { mark: 'detected', text: '', time: '-5min' });
  expect([detected.status, placeOf(detected)]).toEqual([303, `/spans/${id}?notice=detected`]);
  const resolved = await post(`/spans/${id}/mark`, { mark: 'resolved', text: 'rolled back', time: '' });
  expect([resolved.status, placeOf(resolved)]).toEqual([303, `/spans/${id}?notice=resolved`]);
  expect(await server.json(`/spans/${id}`)).toMatchObject({
    key: '7',
    detected: exampleNow - 5 * minute,
    end: exampleNow,
    isOpen: false,
    problems: [],
    marks: [{ role: 'start' }, { role: 'detected' }, { role: 'end', type: 'incident_sev2_resolved' }],
  });
  const html = await get(`/spans/${id}?notice=resolved`);
  expect(html).toContain('rolled back');
  expect(html).not.toContain('name="mark" value="resolved"');
  // Clicked twice, it is resolved once.
  const again = await post(`/spans/${id}/mark`, { mark: 'resolved' });
  expect(again.headers.get('location')).toBe(`/spans/${id}?notice=over`);
  expect((await server.json(`/spans/${id}`)) as object).toMatchObject({ problems: [], moreMarks: 0 });
});

test.each([
  [{ mark: 'resolved', time: 'whenever' }, 'time'],
  [{ mark: 'resolved', time: '-1h' }, 'time'],
  [{ mark: 'resolved', time: '+1h' }, 'time'],
])('shows the fault of %j next to its field and keeps the input', async (fields, field) => {
  const id = await startOpenIncident();
  const response = await post(`/spans/${id}/mark`, { ...fields, text: 'typed with care' });
  expect(response.status).toBe(400);
  const html = await response.text();
  expect(html).toContain('typed with care</textarea>');
  expect(html).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid`));
  expect(await server.json(`/spans/${id}`)).toMatchObject({ isOpen: true });
});

test('refuses an unknown mark, and a page of another site', async () => {
  const id = await startOpenIncident();
  expect((await post(`/spans/${id}/mark`, { mark: 'cancelled' })).status).toBe(400);
  expect(
    (await post(`/spans/${id}/mark`, { mark: 'resolved' }, { origin: 'https://evil.example' })).status,
  ).toBe(403);
  expect((await post('/spans/999999/mark', { mark: 'resolved' })).status).toBe(404);
  expect(await server.json(`/spans/${id}`)).toMatchObject({ isOpen: true });
});

test('shows no button to a user who can only read', async () => {
  const ANTHRACITE_TOKENS = 'reader:read:a-secret-to-read-with writer:write:a-secret-to-write-with';
  server = await start({ 'time-zone': 'UTC' }, () => exampleNow, { ANTHRACITE_TOKENS });
  await server.send(`${seconds(exampleNow)} incident_sev2_start;incident=7 checkout fails\n`);
  const html = await (
    await server.fetch('/spans', {
      headers: { accept: 'text/html', authorization: 'Bearer a-secret-to-read-with' },
    })
  ).text();
  expect(titlesOf(html)).toEqual(['checkout fails']);
  expect(html).not.toContain('name="mark"');
  const refused = await post(
    '/spans/1/mark',
    { mark: 'resolved' },
    { authorization: 'Bearer a-secret-to-read-with' },
  );
  expect(refused.status).toBe(403);
});

test('escapes the text of events', async () => {
  const evil = '<img src=x onerror=alert(1)>';
  await server.send(
    [
      `${seconds(exampleNow) - 60} deploy_"><script>alert(1)</script>;host="><svg/onload=alert(1)> ${evil}`,
      `${seconds(exampleNow)} incident_"><script>_start;incident="><script>alert(1)</script> ${evil}`,
      '',
    ].join('\n'),
  );
  const { spans } = (await server.json('/spans')) as { spans: { id: number }[] };
  for (const path of ['/spans', `/spans/${spans[0]?.id}`]) {
    const html = await get(path);
    expect(html).toContain('&lt;img src=x');
    expect(html).not.toMatch(/<img|<script>|<svg\/onload/);
  }
});
