// Grafana's built-in Graphite datasource, pointed at Anthracite: what it asks, as Grafana 12.4 asks it, and what it needs back.

import { type Anthracite, startAnthracite } from '../anthracite';
import { storyDay } from '../story';

let server: Anthracite;
beforeAll(async () => {
  server = await startAnthracite({ needsToken: true });
}, 600_000);
afterAll(() => server?.stop());

// With basic authentication switched on, and the token as the password.
const headers = (): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`grafana:${server.token}`).toString('base64')}`,
  'User-Agent': 'Grafana/12.4.0',
});
const range = { from: String(storyDay.from / 1_000), until: String(storyDay.to / 1_000) };

async function post(path: string, form: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: headers(),
    body: new URLSearchParams(form),
  });
  expect(response.status).toBe(200);
  return response.json();
}

async function get(path: string): Promise<unknown> {
  const response = await fetch(server.url + path, { headers: headers() });
  expect(response.status).toBe(200);
  return response.json();
}

test('Save & test: a constant line is an array of series', async () => {
  const target = String.raw`aliasSub(constantLine(100), "(^.*$)", "\1 A")`;
  expect(await post('/render', { target, format: 'json', maxDataPoints: '300' })).toEqual([
    expect.objectContaining({ target: expect.stringMatching(/ A$/) }),
  ]);
});

test('annotations by tags: what happened, with whole seconds, in the shape that becomes an annotation', async () => {
  // The tags stand in the address as they were typed; the browser encodes the blank.
  const events = await get(
    `/events/get_data?from=${range.from}&until=${range.until}&tags=deploy_website%20env=prod`,
  );
  expect(events).toEqual([
    {
      id: expect.any(Number),
      when: Date.UTC(2025, 5, 11, 10) / 1_000,
      what: expect.stringContaining('release 71, by Nicolas'),
      data: '',
      tags: ['deploy_website', 'env=prod', expect.stringMatching(/^version=/)],
    },
  ]);
});

test('annotations by a query: every point above nothing is one, and the series is named as Grafana finds it again', async () => {
  const target = String.raw`aliasSub(events("deploy_website"), "(^.*$)", "\1 Anno")`;
  const [series] = (await post('/render', { target, ...range, format: 'json', maxDataPoints: '100' })) as {
    target: string;
    datapoints: [number | null, number][];
  }[];
  expect(series?.target).toMatch(/ Anno$/);
  expect(series?.datapoints.reduce((sum, [value]) => sum + (value ?? 0), 0)).toBe(1);
});

test('a panel: events by the hour', async () => {
  const target = String.raw`aliasSub(summarize(events("env=prod"), "1h", "sum"), "(^.*$)", "\1 A")`;
  const [series] = (await post('/render', { target, ...range, format: 'json', maxDataPoints: '1200' })) as {
    datapoints: [number | null, number][];
  }[];
  const counts = series?.datapoints.flatMap(([value]) => (value ? [value] : []));
  expect(counts).toEqual([13, 1, 1]); // a deploy and twelve runs of Puppet, a deploy, a change by hand
});

test('what its editor asks when it opens', async () => {
  expect(Object.keys((await get('/functions')) as object)).toEqual(
    expect.arrayContaining(['events', 'summarize']),
  );
  expect(await post('/metrics/find', { query: '*' })).toEqual([]);
  expect(await get('/tags/autoComplete/tags?expr=&tagPrefix=&limit=5000')).toEqual([]);
  expect(await get('/tags/autoComplete/values?expr=&tag=name&valuePrefix=&limit=5000')).toEqual([]);
});

test('without the password it says so', async () => {
  const response = await fetch(`${server.url}/events/get_data?from=-1d`);
  expect(response.status).toBe(401);
});
