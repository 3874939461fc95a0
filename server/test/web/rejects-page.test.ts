// The page of rejected lines: list, correct, submit again, delete; with JavaScript off.

import { start, type TestServer } from '../start';
import { fieldOf, linkOf, send, visit } from './pages';

/** The hint that the line has bytes that are not text. */
const hintOfBytes = /class="hint">[^<]*\ufffd/;

let server: TestServer;
beforeEach(async () => {
  server = await start();
});

async function lastReject(): Promise<number> {
  const { rejects } = (await server.json('/rejects')) as { rejects: { id: number }[] };
  return rejects[0]?.id ?? 0;
}

test('lists a line with its reason, refuses it again with the remaining fault, and accepts the corrected one', async () => {
  expect((await visit(server, '/rejects')).text).toContain('No rejected lines.');
  await server.send('1467844481000 deploy;a=<b> "x"\n');
  const id = await lastReject();
  const page = await visit(server, '/rejects');
  expect(page.text).toContain('divide milliseconds by 1000');
  expect(fieldOf(page, 'line')).toBe('1467844481000 deploy;a=<b> "x"');
  expect(page.html).not.toMatch(hintOfBytes);
  const refused = await send(server, `/rejects/${id}/resubmit`, { line: '1467844481 deploy' });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('describe what happened');
  expect(fieldOf(refused, 'line')).toBe('1467844481 deploy');
  const mended = await send(server, `/rejects/${id}/resubmit`, { line: '1467844481 deploy;a=<b> "x"\r\n' });
  expect(mended.location).toBe('/rejects?mended=1');
  const done = await visit(server, mended.location);
  expect(done.text).toContain('stored as event 1');
  expect(done.text).toContain('No rejected lines.');
  expect((await visit(server, '/events/1')).text).toContain('1467844481 deploy;a=<b> "x"');
});

test('deletes a line', async () => {
  await server.send('nonsense\n');
  const deleted = await send(server, `/rejects/${await lastReject()}/delete`, { line: 'x' });
  expect((await visit(server, deleted.location)).text).toContain('The line was deleted');
  expect(await server.json('/rejects')).toMatchObject({ total: 0 });
});

test('never replaces bytes that are not text without a notice', async () => {
  await server.send(Buffer.from('1467844481 deploy caf\xe9\n', 'latin1'));
  const id = await lastReject();
  const page = await visit(server, '/rejects');
  const shown = fieldOf(page, 'line');
  expect(page.html).toMatch(hintOfBytes);
  expect(shown).toBe('1467844481 deploy caf\ufffd');
  // An unchanged line is submitted with its original bytes.
  expect((await send(server, `/rejects/${id}/resubmit`, { line: shown })).text).toContain('not valid UTF-8');
  expect((await send(server, `/rejects/${id}/resubmit`, { line: `${shown}!` })).text).toContain(
    'by the right characters',
  );
  const mended = await send(server, `/rejects/${id}/resubmit`, { line: '1467844481 deploy café' });
  expect((await visit(server, mended.location)).status).toBe(200);
  expect(await server.json('/events/json')).toMatchObject({ events: [{ description: 'café' }] });
});

test('shows long lines completely on a separate page', async () => {
  await server.send(`deploy ${'x'.repeat(9_000)}end\n`);
  const page = await visit(server, '/rejects');
  expect(page.text).not.toContain('xend');
  const alone = await visit(server, linkOf(page, 'Show all 9010 characters'));
  expect(fieldOf(alone, 'line')).toMatch(/xend$/);
});

test('links a long list to its next page', async () => {
  await server.send(Array.from({ length: 120 }, (_, i) => `bad${i}\n`).join(''));
  const first = await visit(server, '/rejects');
  expect(first.text).toContain('50 of 120');
  const second = await visit(server, linkOf(first, 'Older'));
  const third = await visit(server, linkOf(second, 'Older'));
  expect(third.html.match(/<article/g)).toHaveLength(20);
  expect(linkOf(third, 'Older')).toBe('');
});
