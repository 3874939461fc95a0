// Grafana's built-in Graphite datasource with Anthracite: the requests of Grafana 12.4, and the responses that it needs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('answers Save & test with a constant line as an array of series', async () => {
  const target = String.raw`aliasSub(constantLine(100), "(^.*$)", "\1 A")`;
  expect(await post('/render', { target, format: 'json', maxDataPoints: '300' })).toEqual([
    expect.objectContaining({ target: expect.stringMatching(/ A$/) }),
  ]);
});

test('answers annotations by tags with events, in whole seconds, in the form of annotations', async () => {
  // The tags are in the URL as typed; the browser encodes the space.
  const events = await get(
    `/events/get_data?from=${range.from}&until=${range.until}&tags=deploy_website%20env=prod`,
  );
  expect(events).toEqual([
    {
      id: expect.any(Number),
      when: Date.UTC(2025, 5, 11, 10) / 1_000,
      what: expect.stringContaining('release 71, by Nicolas'),
      data: '',
      tags: ['deploy_website', 'env=prod', 'service=website', expect.stringMatching(/^version=/)],
    },
  ]);
});

test('answers annotations by a query with a point above zero for each, in a series with the name that Grafana expects', async () => {
  const target = String.raw`aliasSub(events("deploy_website"), "(^.*$)", "\1 Anno")`;
  const [series] = (await post('/render', { target, ...range, format: 'json', maxDataPoints: '100' })) as {
    target: string;
    datapoints: [number | null, number][];
  }[];
  expect(series?.target).toMatch(/ Anno$/);
  expect(series?.datapoints.reduce((sum, [value]) => sum + (value ?? 0), 0)).toBe(1);
});

test('answers a panel with events by the hour', async () => {
  const target = String.raw`aliasSub(summarize(events("env=prod"), "1h", "sum"), "(^.*$)", "\1 A")`;
  const [series] = (await post('/render', { target, ...range, format: 'json', maxDataPoints: '1200' })) as {
    datapoints: [number | null, number][];
  }[];
  const counts = series?.datapoints.flatMap(([value]) => (value ? [value] : []));
  expect(counts).toEqual([13, 1, 1]); // a deployment and twelve Puppet runs, a deployment, a manual change
});

test('answers the graph of the dashboard of one service without an error, although Anthracite has no metrics', async () => {
  const file = join(__dirname, '..', '..', 'src', 'dashboards', 'one-service.json');
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as {
    panels: { datasource: { type: string }; targets: { target: string }[] }[];
  };
  const targets = panels
    .filter(({ datasource }) => datasource.type === 'graphite')
    .flatMap((panel) => panel.targets.map(({ target }) => target));
  expect(targets).not.toEqual([]);
  for (const target of targets) {
    const filled = target.replace('$metrics', 'stats').replace('$service', 'website');
    const wrapped = String.raw`aliasSub(${filled}, "(^.*$)", "\1 A")`;
    expect(
      await post('/render', { target: wrapped, ...range, format: 'json', maxDataPoints: '1200' }),
    ).toEqual([]);
  }
});

test('answers the requests of its editor when it opens', async () => {
  expect(Object.keys((await get('/functions')) as object)).toEqual(
    expect.arrayContaining(['events', 'summarize']),
  );
  expect(await post('/metrics/find', { query: '*' })).toEqual([]);
  expect(await get('/tags/autoComplete/tags?expr=&tagPrefix=&limit=5000')).toEqual([]);
  expect(await get('/tags/autoComplete/values?expr=&tag=name&valuePrefix=&limit=5000')).toEqual([]);
});

test('refuses requests without the password with the reason', async () => {
  const response = await fetch(`${server.url}/events/get_data?from=-1d`);
  expect(response.status).toBe(401);
});
