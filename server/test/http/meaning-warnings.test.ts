// Marks with a part that does not count are stored, and every door adds a warning.

import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

const time = '2026-11-24T10:15:00Z';
const event = { time, type: 'incident_sev9_start', tags: ['incident=7'], description: 'checkout fails' };
const told = { code: 'bad_severity', warning: expect.stringContaining('"incident_sev9_start"') };

function post(path: string, body: string, type = 'application/json'): Promise<Response> {
  return server.fetch(path, { method: 'POST', body, headers: { 'content-type': type } });
}

test('warns in the response to a JSON event', async () => {
  const answer = await post('/events', JSON.stringify(event));
  expect([answer.status, await answer.json()]).toMatchObject([201, { new: true, warnings: [told] }]);
  const good = await post('/events', JSON.stringify({ ...event, type: 'incident_sev4_start' }));
  expect(await good.json()).not.toHaveProperty('warnings');
});

test('warns item by item for an array, NDJSON and lines', async () => {
  const [good, bad] = [
    { ...event, type: 'puppet' },
    { ...event, tags: ['impact=200', 'origin=me'] },
  ];
  const array = await post('/events', JSON.stringify([good, bad]));
  expect(await array.json()).toMatchObject({
    warnings: [
      { item: 2, ...told },
      { item: 2, code: 'bad_impact', warning: expect.stringContaining('"impact=200"') },
      { item: 2, code: 'bad_origin' },
    ],
  });
  const ndjson = `${JSON.stringify(good)}\n${JSON.stringify(event)}\n`;
  const lines = await post('/events', ndjson, 'application/x-ndjson');
  expect(await lines.json()).toMatchObject({ warnings: [{ line: 2, ...told }] });
  const text = await post('/events', '1467844481 a x\n1467844482 gain_sev7 x\n', 'text/plain');
  expect(await text.json()).toMatchObject({ stored: 2, warnings: [{ line: 2, code: 'bad_severity' }] });
});

test("warns Graphite's clients and forms, whose responses have no field for it, in a header", async () => {
  const graphite = await post('/events/', JSON.stringify({ what: 'x', tags: 'incident_sev0' }));
  expect([graphite.status, await graphite.text()]).toEqual([200, '']);
  expect(graphite.headers.get('warning')).toContain(
    '299 anthracite "the severity in the type \\"incident_sev0\\" is ignored',
  );
  const form = 'event_desc=x&event_tags=incident_sev10+caf%C3%A9';
  const original = await post('/events/add/script', form, 'application/x-www-form-urlencoded');
  expect(original.headers.get('warning')).toContain('incident_sev10');
  const several = await post(
    '/events/',
    JSON.stringify({ what: 'x', tags: 'outage_start impact=200 origin=me' }),
  );
  expect(several.headers.get('warning')).toMatch(
    /^299 anthracite ".*impact=200.*", 299 anthracite ".*origin=me.*"$/,
  );
});

test('warns on the line port after the counts, for the first five', async () => {
  const lines = Array.from({ length: 7 }, (_, i) => `146784448${i} outage_sev${i + 3} x\n`);
  const answer = (await server.send(['wrong\n', ...lines].join(''))).trimEnd().split('\n');
  expect(answer[0]).toBe('ok stored=7 duplicate=0 rejected=1');
  expect(answer[1]).toMatch(/^line 1: the line "wrong"/);
  expect(answer.slice(2).map((line) => line.split(' the severity')[0])).toEqual(
    [4, 5, 6, 7, 8].map((number) => `line ${number}: warning:`),
  );
});

test('warns on the page of the event and among the problems of its span', async () => {
  const stored = await post('/events', JSON.stringify({ ...event, tags: ['incident=page'] }));
  const { id } = (await stored.json()) as { id: number };
  const headers = { accept: 'text/html' };
  const page = await (await server.fetch(`/events/${id}`, { headers })).text();
  expect(page).toContain('is ignored; expected sev1 to sev4');
  expect(await server.json(`/spans/${id}`)).toMatchObject({
    severity: null,
    problems: expect.arrayContaining(['bad_severity']),
  });
});
