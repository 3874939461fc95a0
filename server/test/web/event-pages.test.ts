// Adding, editing, deleting and restoring an event with plain forms, like a browser with JavaScript off.

import { StoreError } from '../../src/storage/store-error';
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

test('stores and shows an event from the form, and reports a repetition as a duplicate', async () => {
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
  expect((await visit(server, again.location)).text).toContain('Duplicate: this event is already stored');
  expect(await server.json(`/events/json?type=deploy_website`)).toMatchObject({
    events: [{ description: 'release 42\nby **Nicolas**', tags: ['env=prod', 'host=web1'] }],
  });
});

test('uses the present time by default', async () => {
  const before = Math.floor(Date.now() / 1000) * 1000;
  const { location } = await send(server, '/add', { ...fields, time: '', type: 'just_now' });
  const { events } = (await server.json('/events/json?type=just_now')) as { events: { time: number }[] };
  expect(events[0]?.time).toBeGreaterThanOrEqual(before);
  expect((await visit(server, location)).text).toContain('UTC, just now');
});

test('shows each fault next to its field and keeps the input', async () => {
  const typed = { ...fields, type: 'two words', time: '2026-02-30T10:00:00', description: '\n<b>"kept"</b>' };
  const page = await send(server, '/add', typed);
  expect(page.status).toBe(400);
  expect(page.html.match(/role="alert"/g)).toHaveLength(2);
  expect(page.text).toContain('the type "two words" contains white space');
  expect(page.text).toContain('day is out of range for month');
  for (const [name, value] of Object.entries(typed))
    expect([name, fieldOf(page, name)]).toEqual([name, value]);
  const preview = await send(server, '/add', { ...fields, preview: '1' });
  expect(preview.status).toBe(200);
  expect(preview.html).toMatch(/<section id="preview"[^>]*>.*by <strong>Nicolas<\/strong>/s);
  expect(fieldOf(preview, 'description')).toBe('release 42\nby **Nicolas**');
});

test('keeps the input when the event cannot be stored', async () => {
  const failure = new StoreError('DATABASE_FULL', { file: 'x.db', cause: 'no space' });
  const submit = jest.spyOn(server.app.intake, 'submit').mockRejectedValueOnce(failure);
  const page = await send(server, '/add', fields);
  submit.mockRestore();
  expect([page.status, fieldOf(page, 'tags')]).toEqual([507, 'env=prod host=web1']);
  expect(page.text).toContain('the disk of');
});

test('fills in the form from a link', async () => {
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
  const mistyped = await visit(server, '/add?time=tomorow&type=deploy');
  expect(mistyped.text).toContain('"tomorow" is not valid');
  expect(fieldOf(mistyped, 'type')).toBe('deploy');
});

test('stores an edit and shows the difference on the page; deletion and restoration give the same event', async () => {
  const id = idIn((await send(server, '/add', { ...fields, type: 'edited' })).location);
  const form = await visit(server, `/events/${id}/edit`);
  const shown = Object.fromEntries(
    ['zone', 'state', 'time', 'type', 'tags', 'description'].map((name) => [name, fieldOf(form, name)]),
  );
  expect(shown).toMatchObject({ time: '2026-11-24T10:15:00', tags: 'env=prod host=web1' });
  const unchanged = await send(server, `/events/${id}/edit`, shown);
  expect((await visit(server, unchanged.location)).text).toContain('Nothing to save');

  const edited = await send(server, `/events/${id}/edit`, { ...shown, tags: 'env=test host=web1' });
  const page = await visit(server, edited.location);
  expect(page.text).toContain('Someone changed it just now');
  expect(page.html).toMatch(/<del>env=prod<\/del><ins>env=test<\/ins>/);
  // Another user still has the previous form.
  const late = await send(server, `/events/${id}/edit`, { ...shown, type: 'late' });
  expect(late.status).toBe(409);
  expect(late.text).toContain('Not saved: this event was changed while you edited it');
  expect(late.html).toMatch(/<del>env=prod<\/del><ins>env=test<\/ins>/);
  // Edited fields keep the input, the others take the other user's change.
  expect([fieldOf(late, 'type'), fieldOf(late, 'tags')]).toEqual(['late', 'env=test host=web1']);
  expect(late.text).not.toContain('Also changed by someone else');
  const clash = await send(server, `/events/${id}/edit`, { ...shown, tags: 'env=own host=web1' });
  expect(clash.text).toContain('Also changed by someone else: tags.');
  expect(fieldOf(clash, 'tags')).toBe('env=own host=web1');
  const told = (await server.json(`/events/${id}/history`)) as { history: unknown[] };
  expect(told.history).toHaveLength(1);
  // The edit would make this event equal to another.
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
  expect(gone.text).toContain('Deleted event');
  const afterDeletion = await send(server, `/events/${id}/edit`, { ...shown, description: 'long text' });
  expect(afterDeletion.status).toBe(409);
  expect(afterDeletion.text).toContain('This event was deleted while you edited it');
  expect(fieldOf(afterDeletion, 'description')).toBe('long text');
  expect(gone.text).toContain('release 42');
  expect((await server.fetch(`/events/${id}`, { headers: { accept: 'application/json' } })).status).toBe(404);
  // Added again, it stays deleted, with a notice.
  const again = await send(server, '/add', { ...fields, type: 'edited', tags: 'env=test host=web1' });
  expect((await visit(server, again.location)).text).toContain('it stays deleted');
  const restored = await send(server, `/events/${id}/restore`, {});
  const back = await visit(server, restored.location);
  expect([back.status, back.text.includes('Restored.')]).toEqual([200, true]);
  expect(back.text).toMatch(/History.*restored it.*deleted it.*changed it/);
});

test('links the page of a mark to its span', async () => {
  await server.send(
    '1467844481 incident_sev1_start;incident=7 down\n1467844500 incident_sev1_resolved;incident=7 up\n',
  );
  const { events } = (await server.json('/events/json?all=incident%3D7')) as { events: { id: number }[] };
  const [start, end] = events.map(({ id }) => id);
  const page = await visit(server, `/events/${end}`);
  expect(page.text).toContain('marks the end of incident_sev1 7');
  expect(linkOf(page, 'incident_sev1 7')).toBe(`/spans/${start}`);
});

test.each(['/events/999999', '/events/999999/edit'])('answers %s with 404', async (path) => {
  const page = await visit(server, path);
  expect([page.status, linkOf(page, 'Go to events')]).toEqual([404, '/events/']);
});

test('refuses changes from pages of other sites', async () => {
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

test('shows the age of each change in the history of an event', async () => {
  let now = Date.UTC(2026, 2, 1, 12);
  const own = await start({}, () => now);
  await own.send(`${now / 1_000} deploy;env=prod release\n`);
  const form = await visit(own, '/events/1/edit');
  const shown = Object.fromEntries(
    ['zone', 'state', 'time', 'type', 'tags', 'description'].map((name) => [name, fieldOf(form, name)]),
  );
  await send(own, '/events/1/edit', { ...shown, tags: 'env=test' });
  now += 2 * 3_600_000;
  expect((await visit(own, '/events/1')).text).toMatch(/changed it 2 \w+ ago/);
});
