import { start } from '../start';

interface Rejects {
  readonly rejects: readonly { id: number; line?: string; lineBase64?: string; code: string }[];
  readonly total: number;
  readonly forgotten: number;
  readonly truncated: boolean;
  readonly next?: number;
}

test('lists a rejected line, submits it again after a correction, and removes it', async () => {
  const server = await start();
  await server.send('1467844481250 deploy in milliseconds\n');
  const before = (await server.json('/rejects')) as Rejects;
  expect(before).toMatchObject({ total: 1, rejects: [{ line: '1467844481250 deploy in milliseconds' }] });
  const id = before.rejects[0]?.id;

  const asItWas = await server.fetch(`/rejects/${id}/resubmit`, { method: 'POST' });
  expect(asItWas.status).toBe(400);
  expect(await asItWas.json()).toMatchObject({ code: 'TIMESTAMP_OUT_OF_RANGE' });
  expect(await server.json('/rejects')).toMatchObject({ total: 1 });

  const mended = '1467844481.250 deploy in milliseconds\r\n';
  const answer = await server.json(`/rejects/${id}/resubmit`, { method: 'POST', body: mended });
  expect(answer).toMatchObject({ new: true });
  expect(await server.json('/rejects')).toMatchObject({ total: 0, rejects: [] });
  expect(await (await server.fetch('/events/raw')).text()).toBe('1467844481.250 deploy "in milliseconds"\n');
});

test('deletes a rejected line and reports an unknown one', async () => {
  const server = await start();
  await server.send('wrong\n');
  const { rejects } = (await server.json('/rejects')) as Rejects;
  const path = `/rejects/${rejects[0]?.id}`;
  expect((await server.fetch(path, { method: 'DELETE' })).status).toBe(204);
  expect((await server.fetch(path, { method: 'DELETE' })).status).toBe(404);
  expect((await server.fetch(`${path}/resubmit`, { method: 'POST' })).status).toBe(404);
});

test('returns bytes that are not text exactly, in base64', async () => {
  const server = await start();
  const line = Buffer.from('1467844481 a caf\xe9', 'latin1');
  await server.send(line);
  const { rejects } = (await server.json('/rejects')) as Rejects;
  expect(rejects).toMatchObject([{ code: 'NOT_UTF8', lineBase64: line.toString('base64') }]);
});

test('pages the list, newest first', async () => {
  const server = await start();
  await server.send(Array.from({ length: 5 }, (_, i) => `wrong${i}\n`).join(''));
  const first = (await server.json('/rejects?limit=3')) as Rejects;
  expect(first).toMatchObject({
    truncated: true,
    rejects: [{ line: 'wrong4' }, { line: 'wrong3' }, { line: 'wrong2' }],
  });
  const second = (await server.json(`/rejects?limit=3&before=${first.next}`)) as Rejects;
  expect(second).toMatchObject({ truncated: false, rejects: [{ line: 'wrong1' }, { line: 'wrong0' }] });
});

test('limits the number of rejected lines, removes the oldest, and counts and reports that', async () => {
  const server = await start({ 'max-rejects': '10' });
  await server.send(Array.from({ length: 25 }, (_, i) => `wrong${i}\n`).join(''));
  const list = (await server.json('/rejects')) as Rejects;
  expect(list).toMatchObject({ total: 10, forgotten: 15 });
  expect(list.rejects.at(-1)?.line).toBe('wrong15');
  expect(await (await server.fetch('/metrics')).text()).toContain('anthracite_rejects_forgotten 15');
});

test('limits their bytes, too', async () => {
  const server = await start({ 'max-reject-bytes': '10000' });
  for (let i = 0; i < 5; i++) await server.send(`${i}${'x'.repeat(4_000)}\n`);
  expect(await server.json('/rejects')).toMatchObject({ total: 2, forgotten: 3 });
});
