// Rejected lines on their page: listed, mended, submitted again, deleted; without scripts.

import { start, type TestServer } from '../start';
import { fieldOf, linkOf, send, visit } from './pages';

let server: TestServer;
beforeEach(async () => {
  server = await start();
});

async function lastReject(): Promise<number> {
  const { rejects } = (await server.json('/rejects')) as { rejects: { id: number }[] };
  return rejects[0]?.id ?? 0;
}

test('a line is listed with its reason, refused again with what is still wrong, and mended', async () => {
  expect((await visit(server, '/rejects')).text).toContain('There are none');
  await server.send('1467844481000 deploy;a=<b> "x"\n');
  const id = await lastReject();
  const page = await visit(server, '/rejects');
  expect(page.text).toContain('milliseconds must be divided by 1000');
  expect(fieldOf(page, 'line')).toBe('1467844481000 deploy;a=<b> "x"');
  const refused = await send(server, `/rejects/${id}/resubmit`, { line: '1467844481 deploy' });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('say what happened');
  expect(fieldOf(refused, 'line')).toBe('1467844481 deploy');
  const mended = await send(server, `/rejects/${id}/resubmit`, { line: '1467844481 deploy;a=<b> "x"\r\n' });
  expect(mended.location).toBe('/rejects?mended=1');
  const done = await visit(server, mended.location);
  expect(done.text).toContain('stored as event 1');
  expect(done.text).toContain('There are none');
  expect((await visit(server, '/events/1')).text).toContain('1467844481 deploy;a=<b> "x"');
});

test('a line is deleted', async () => {
  await server.send('nonsense\n');
  const deleted = await send(server, `/rejects/${await lastReject()}/delete`, { line: 'x' });
  expect((await visit(server, deleted.location)).text).toContain('The line is deleted');
  expect(await server.json('/rejects')).toMatchObject({ total: 0 });
});

test('bytes that are no text are never replaced unseen', async () => {
  await server.send(Buffer.from('1467844481 deploy caf\xe9\n', 'latin1'));
  const id = await lastReject();
  const page = await visit(server, '/rejects');
  const shown = fieldOf(page, 'line');
  expect(shown).toBe('1467844481 deploy caf\ufffd');
  // As it was shown it is tried as it came.
  expect((await send(server, `/rejects/${id}/resubmit`, { line: shown })).text).toContain('not valid UTF-8');
  expect((await send(server, `/rejects/${id}/resubmit`, { line: `${shown}!` })).text).toContain(
    'in place of',
  );
  const mended = await send(server, `/rejects/${id}/resubmit`, { line: '1467844481 deploy café' });
  expect((await visit(server, mended.location)).status).toBe(200);
  expect(await server.json('/events/json')).toMatchObject({ events: [{ description: 'café' }] });
});

test('long lines are shown whole on a page of their own', async () => {
  await server.send(`deploy ${'x'.repeat(9_000)}end\n`);
  const page = await visit(server, '/rejects');
  expect(page.text).not.toContain('xend');
  const alone = await visit(server, linkOf(page, 'All 9010 characters'));
  expect(fieldOf(alone, 'line')).toMatch(/xend$/);
});

test('a list that goes on leads on', async () => {
  await server.send(Array.from({ length: 120 }, (_, i) => `bad${i}\n`).join(''));
  const first = await visit(server, '/rejects');
  expect(first.text).toContain('50 of 120');
  const second = await visit(server, linkOf(first, 'Older'));
  const third = await visit(server, linkOf(second, 'Older'));
  expect(third.html.match(/<article/g)).toHaveLength(20);
  expect(linkOf(third, 'Older')).toBe('');
});
