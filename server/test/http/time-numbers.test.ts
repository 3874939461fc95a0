// Numeric times: seconds instead of milliseconds are refused at every door, and never stored as January 1970.

import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

const seconds = 1_795_515_300;
const refused = { code: 'TIME_BEFORE_1980', error: expect.stringContaining('multiply it by 1000') };
const event = { time: seconds, type: 'deploy', description: 'x' };

function send(method: string, path: string, body: unknown, type = 'application/json'): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return server.fetch(path, { method, body: text, headers: { 'content-type': type } });
}

test.each([seconds, 0, -1, 315_532_799_999])('refuses the time %d with a hint', async (time) => {
  const response = await send('POST', '/events', { ...event, time });
  expect([response.status, await response.json()]).toMatchObject([400, refused]);
});

test('accepts numbers from 1980 on', async () => {
  expect((await send('POST', '/events', { ...event, time: 315_532_800_000 })).status).toBe(201);
});

test('refuses item by item in an array and in NDJSON', async () => {
  const array = await send('POST', '/events', [event, { ...event, time: seconds * 1000 }]);
  expect(await array.json()).toMatchObject({ stored: 1, rejected: 1, problems: [{ item: 1, ...refused }] });
  const lines = await send('POST', '/events', `${JSON.stringify(event)}\n`, 'application/x-ndjson');
  expect([lines.status, await lines.json()]).toMatchObject([400, { problems: [{ line: 1, ...refused }] }]);
});

test('refuses an edit with a time in seconds', async () => {
  const stored = await send('POST', '/events', { ...event, time: seconds * 1000, description: 'edited' });
  const { id } = (await stored.json()) as { id: number };
  const edit = await send('PATCH', `/events/${id}`, { time: seconds });
  expect([edit.status, await edit.json()]).toMatchObject([400, refused]);
});

test('refuses a rejected item that is submitted again with a time in seconds', async () => {
  const entry = { line: JSON.stringify(event), code: 'TIME_BEFORE_1980', error: 'x' };
  await send('POST', '/rejects', [entry]);
  const { rejects } = (await server.json('/rejects')) as { rejects: { id: number }[] };
  const again = await send('POST', `/rejects/${rejects[0]?.id}/resubmit`, '', 'text/plain');
  expect([again.status, await again.json()]).toMatchObject([400, refused]);
});

test('accepts a time before 1980 as text and in edits', async () => {
  const stored = await send('POST', '/events', { ...event, time: '1969-07-20T20:17:40.250Z' });
  expect(stored.status).toBe(201);
  const { id } = (await stored.json()) as { id: number };
  const edited = await send('PATCH', `/events/${id}`, { description: 'landed' });
  expect(await edited.json()).toMatchObject({ time: -14_182_939_750, description: 'landed' });
  expect(await (await send('PATCH', `/events/${id}`, { time: '1970-01-21' })).json()).toMatchObject({
    time: 1_728_000_000,
  });
});

test('imports a listing again, including events before 1980', async () => {
  const other = await start();
  await send('POST', '/events', { ...event, time: '1979-12-31T23:59:59.999Z', description: 'old' });
  const listing = await (await server.fetch('/events/ndjson?q=old')).text();
  const body = { method: 'POST', body: listing, headers: { 'content-type': 'application/x-ndjson' } };
  expect(await other.json('/events', body)).toMatchObject({ stored: 1, rejected: 0 });
  expect(await (await other.fetch('/events/ndjson')).text()).toContain('"time":315532799999,');
});
