// Adding, editing, deleting and restoring an event by forms alone, as a browser without scripts does.

import { StoreError } from '../../src/store/store-error';
import { start, type TestServer } from '../start';
import { fieldOf, linkOf, send, visit } from './pages';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

const fields = {
  zone: 'UTC',
  time: '2026-11-24T10:15:00',
  type: 'deploy_website',
  tags: 'env=prod host=web1',
  description: 'release 42\r\nby **Nicolas**',
};
const idIn = (location: string): string => /^\/events\/(\d+)/.exec(location)?.[1] ?? '';

test('what is added in the form is stored, shown, and known the second time', async () => {
  const form = await visit(server, '/add');
  expect(form.html).toMatch(/<input[^>]*type="datetime-local"[^>]*name="time"/);
  const added = await send(server, '/add', fields);
  expect(added.status).toBe(303);
  const page = await visit(server, added.location);
  expect(page.text).toContain('Stored.');
  expect(page.html).toContain('by <strong>Nicolas</strong>');
  expect(page.text).toContain('1795515300 deploy_website;env=prod;host=web1 "release 42\\nby **Nicolas**"');
  const again = await send(server, '/add', fields);
  expect(idIn(again.location)).toBe(idIn(added.location));
  expect((await visit(server, again.location)).text).toContain('known already');
  expect(await server.json(`/events/json?type=deploy_website`)).toMatchObject({
    events: [{ description: 'release 42\nby **Nicolas**', tags: ['env=prod', 'host=web1'] }],
  });
});

test('without a time it happened now', async () => {
  const before = Math.floor(Date.now() / 1000) * 1000;
  const { location } = await send(server, '/add', { ...fields, time: '', type: 'just_now' });
  const { events } = (await server.json('/events/json?type=just_now')) as { events: { time: number }[] };
  expect(events[0]?.time).toBeGreaterThanOrEqual(before);
  expect((await visit(server, location)).text).toContain('UTC, just now');
});

test('what is wrong is told beside its field, and nothing that was typed is lost', async () => {
  const typed = { ...fields, type: 'two words', time: '2026-02-30T10:00:00', description: '\n<b>"kept"</b>' };
  const page = await send(server, '/add', typed);
  expect(page.status).toBe(400);
  expect(page.html.match(/role="alert"/g)).toHaveLength(2);
  expect(page.text).toContain('the type "two words" has white space in it');
  expect(page.text).toContain('day is out of range for month');
  for (const [name, value] of Object.entries(typed))
    expect([name, fieldOf(page, name)]).toEqual([name, value]);
  const preview = await send(server, '/add', { ...fields, preview: '1' });
  expect(preview.status).toBe(200);
  expect(preview.html).toMatch(/<section id="preview"[^>]*>.*by <strong>Nicolas<\/strong>/s);
  expect(fieldOf(preview, 'description')).toBe('release 42\nby **Nicolas**');
});

test('what was typed is not lost when it cannot be stored', async () => {
  const failure = new StoreError('DATABASE_FULL', { file: 'x.db', cause: 'no space' });
  const submit = jest.spyOn(server.app.intake, 'submit').mockRejectedValueOnce(failure);
  const page = await send(server, '/add', fields);
  submit.mockRestore();
  expect([page.status, fieldOf(page, 'tags')]).toEqual([507, 'env=prod host=web1']);
  expect(page.text).toContain('the disk of');
});

test('a link fills the form in', async () => {
  const page = await visit(
    server,
    '/add?type=incident_sev2_start&time=2026-11-24T10:00:00Z&tags=incident%3D42&tags=origin%3Dself&description=a%0Ab',
    { cookie: 'anthracite_zone=Europe/Berlin' },
  );
  expect(fieldOf(page, 'type')).toBe('incident_sev2_start');
  expect(fieldOf(page, 'time')).toBe('2026-11-24T11:00:00');
  expect(fieldOf(page, 'zone')).toBe('Europe/Berlin');
  expect(fieldOf(page, 'tags')).toBe('incident=42 origin=self');
  expect(fieldOf(page, 'description')).toBe('a\nb');
  expect((await visit(server, '/add?time=tomorow')).text).toContain('"tomorow" is not understood');
});

test('an edit is stored, and its page tells what differed; deleted and restored it is the same event', async () => {
  const id = idIn((await send(server, '/add', { ...fields, type: 'edited' })).location);
  const form = await visit(server, `/events/${id}/edit`);
  const shown = Object.fromEntries(
    ['zone', 'state', 'time', 'type', 'tags', 'description'].map((name) => [name, fieldOf(form, name)]),
  );
  expect(shown).toMatchObject({ time: '2026-11-24T10:15:00', tags: 'env=prod host=web1' });
  const unchanged = await send(server, `/events/${id}/edit`, shown);
  expect((await visit(server, unchanged.location)).text).toContain('Nothing was changed');

  const edited = await send(server, `/events/${id}/edit`, { ...shown, tags: 'env=test host=web1' });
  const page = await visit(server, edited.location);
  expect(page.text).toContain('Somebody changed it just now');
  expect(page.html).toMatch(/<del>env=prod<\/del><ins>env=test<\/ins>/);
  // Somebody else still has the form as it was.
  const late = await send(server, `/events/${id}/edit`, { ...shown, type: 'late' });
  expect(late.status).toBe(409);
  expect(late.text).toContain('Somebody changed this event while you edited it, so nothing was saved');
  expect(late.html).toMatch(/<del>env=prod<\/del><ins>env=test<\/ins>/);
  // What was typed stays, and what was not takes the other's change.
  expect([fieldOf(late, 'type'), fieldOf(late, 'tags')]).toEqual(['late', 'env=test host=web1']);
  expect(late.text).not.toContain('You both changed');
  const clash = await send(server, `/events/${id}/edit`, { ...shown, tags: 'env=own host=web1' });
  expect(clash.text).toContain('You both changed: tags.');
  expect(fieldOf(clash, 'tags')).toBe('env=own host=web1');
  const told = (await server.json(`/events/${id}/history`)) as { history: unknown[] };
  expect(told.history).toHaveLength(1);
  // Another event is what this one would become.
  const other = idIn((await send(server, '/add', { ...fields, type: 'other' })).location);
  const same = await send(server, `/events/${other}/edit`, {
    ...shown,
    state: '',
    tags: 'env=test host=web1',
    preview: '1',
  });
  const merged = await send(server, `/events/${other}/edit`, {
    ...shown,
    state: fieldOf(same, 'state'),
    tags: 'env=test host=web1',
  });
  expect(merged.status).toBe(409);
  expect(linkOf(merged, `Event ${id}`)).toBe(`/events/${id}`);

  const deleted = await send(server, `/events/${id}/delete`, {});
  expect(deleted.location).toBe(`/events/${id}`);
  const gone = await visit(server, deleted.location);
  expect(gone.status).toBe(410);
  expect(gone.text).toContain('This event is deleted');
  const afterDeletion = await send(server, `/events/${id}/edit`, { ...shown, description: 'long text' });
  expect(afterDeletion.status).toBe(409);
  expect(afterDeletion.text).toContain('Somebody deleted this event while you edited it');
  expect(fieldOf(afterDeletion, 'description')).toBe('long text');
  expect(gone.text).toContain('release 42');
  expect((await server.fetch(`/events/${id}`, { headers: { accept: 'application/json' } })).status).toBe(404);
  // Added again it stays deleted, and that is said.
  const again = await send(server, '/add', { ...fields, type: 'edited', tags: 'env=test host=web1' });
  expect((await visit(server, again.location)).text).toContain('does not bring it back');
  const restored = await send(server, `/events/${id}/restore`, {});
  const back = await visit(server, restored.location);
  expect([back.status, back.text.includes('Restored as it was')]).toEqual([200, true]);
  expect(back.text).toMatch(/History.*restored it.*deleted it.*changed it/);
});

test('the page of a mark leads to its span', async () => {
  await server.send(
    '1467844481 incident_sev1_start;incident=7 down\n1467844500 incident_sev1_resolved;incident=7 up\n',
  );
  const { events } = (await server.json('/events/json?all=incident%3D7')) as { events: { id: number }[] };
  const [start, end] = events.map(({ id }) => id);
  const page = await visit(server, `/events/${end}`);
  expect(page.text).toContain('marks the end of incident_sev1 7');
  expect(linkOf(page, 'incident_sev1 7')).toBe(`/spans/${start}`);
});

test.each(['/events/999999', '/events/999999/edit'])('%s is nowhere, and says so', async (path) => {
  const page = await visit(server, path);
  expect([page.status, linkOf(page, 'To the events')]).toEqual([404, '/events/']);
});

test('pages of other sites change nothing', async () => {
  for (const path of [
    '/add',
    '/events/1/edit',
    '/events/1/delete',
    '/events/1/restore',
    '/rejects/1/delete',
    '/sign-in',
  ]) {
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'cross-site' },
    ] as Record<string, string>[]) {
      expect([path, (await send(server, path, fields, headers)).status]).toEqual([path, 403]);
    }
  }
  expect((await visit(server, '/events/1')).status).toBe(200);
});
