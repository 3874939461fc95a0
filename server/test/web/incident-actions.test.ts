// What people do with incidents on pages: declare, note, change the severity, resolve, undo, reopen, write a postmortem.

import { execFileSync } from 'node:child_process';
import { payloads } from '../browser/payloads';
import { start, type TestServer } from '../start';
import { type AnsweredPage, fieldOf, send, visit } from './pages';

interface Shown {
  readonly id: number;
  readonly key: string | null;
  readonly title: string;
  readonly severity: number | null;
  readonly isOpen: boolean;
  readonly end: number | null;
  readonly levels: readonly { readonly severity: number | null }[];
  readonly problems: readonly string[];
  readonly tags: readonly string[];
  readonly marks: readonly { readonly id: number; readonly role: string; readonly type: string }[];
}

const minute = 60_000;
const startOfTest = Date.parse('2026-11-24T10:00:00Z');
let now = startOfTest;
let server: TestServer;
beforeEach(async () => {
  now = startOfTest;
  server = await start({ 'time-zone': 'UTC' }, () => now);
});
afterEach(() => server.stop());

const spans = async (query = 'order=ascending'): Promise<readonly Shown[]> =>
  ((await server.json(`/spans?${query}`)) as { spans: Shown[] }).spans;
const spanOf = async (id: number): Promise<Shown> => (await server.json(`/spans/${id}`)) as Shown;
const idOf = ({ location }: AnsweredPage): number => Number(/^\/spans\/(\d+)/.exec(location)?.[1]);
const markOf = ({ location }: AnsweredPage): string => /[?&]mark=(\d+)/.exec(location)?.[1] ?? '';

async function declare(fields: Readonly<Record<string, string>>): Promise<AnsweredPage> {
  const form = await visit(server, '/declare');
  return send(server, '/declare', { key: fieldOf(form, 'key') ?? '', severity: '2', ...fields });
}

const act = (id: number, fields: Readonly<Record<string, string>>): Promise<AnsweredPage> =>
  send(server, `/spans/${id}/mark`, fields);

test('declares two incidents from two phones at the same instant, each with a key of its own', async () => {
  const forms = await Promise.all([visit(server, '/declare'), visit(server, '/declare')]);
  const answers = await Promise.all(
    forms.map((form) =>
      send(server, '/declare', {
        key: fieldOf(form, 'key') ?? '',
        severity: '1',
        title: 'payments are declined',
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  const found = await spans();
  expect(found.map(({ title, isOpen, problems }) => [title, isOpen, problems])).toEqual([
    ['payments are declined', true, []],
    ['payments are declined', true, []],
  ]);
  expect(new Set(found.map(({ key }) => key)).size).toBe(2);
});

test('declares one incident for a form that is sent twice, also a minute later', async () => {
  const form = await visit(server, '/declare');
  const fields = { key: fieldOf(form, 'key') ?? '', severity: '2', title: 'checkout fails', service: 'shop' };
  const first = await send(server, '/declare', fields);
  now += minute;
  const second = await send(server, '/declare', fields);
  expect([first.status, second.status, idOf(second)]).toEqual([303, 303, idOf(first)]);
  expect(await spans()).toMatchObject([
    {
      title: 'checkout fails',
      severity: 2,
      tags: [expect.stringMatching(/^incident=/), 'service=shop'],
      problems: [],
    },
  ]);
});

test('stores the details of a declared incident below its title, and its start', async () => {
  const answer = await declare({
    title: 'checkout fails',
    details: 'since the release\nof today',
    time: '-5min',
  });
  const { events } = (await server.json('/events/json')) as { events: unknown[] };
  expect(events).toEqual([
    {
      id: idOf(answer),
      type: 'incident_sev2_start',
      tags: [expect.stringMatching(/^incident=/)],
      time: startOfTest - 5 * minute,
      description: 'checkout fails\nsince the release\nof today',
    },
  ]);
});

test.each([
  [{ title: '' }, 'title', 'say in a few words what is wrong'],
  [{ title: 'x', service: 'two words' }, 'service', 'one word'],
  [{ title: 'x', time: '+1h' }, 'time', 'in the future'],
  [{ title: 'x', time: 'whenever' }, 'time', 'whenever'],
])('shows the error of %j next to its field, and keeps the input', async (fields, name, sentence) => {
  const answer = await declare({ details: 'typed with care', ...fields });
  expect(answer.status).toBe(400);
  expect(answer.html).toContain('typed with care</textarea>');
  expect(answer.html).toMatch(new RegExp(`name="${name}"[^>]*aria-invalid`));
  expect(answer.text).toContain(sentence);
  expect(await spans()).toEqual([]);
});

test('tells a user who may only write the id of a declared incident', async () => {
  const ANTHRACITE_TOKENS = 'writer:write:a-secret-to-write-with';
  const closed = await start({ 'time-zone': 'UTC' }, () => now, { ANTHRACITE_TOKENS });
  const authorization = 'Bearer a-secret-to-write-with';
  const fields = { key: 'k7m2xq', severity: '2', title: 'checkout fails' };
  const { status, location } = await send(closed, '/declare', fields, { authorization });
  expect([status, location]).toEqual([303, '/declare?declared=1']);
  expect((await visit(closed, location, { authorization })).text).toContain('Declared: event 1.');
  await closed.stop();
});

test('adds notes to an incident, with line breaks, before and after its end', async () => {
  const id = idOf(await declare({ title: 'checkout fails' }));
  now += minute;
  const noted = await act(id, { mark: 'update', text: 'the database fails over\nand comes back' });
  expect([noted.status, noted.location]).toEqual([303, expect.stringContaining('notice=update')]);
  now += minute;
  await act(id, { mark: 'resolved', text: 'rolled back' });
  now += minute;
  await act(id, { mark: 'update', text: 'the cause was a timeout' });
  const span = await spanOf(id);
  expect(span.marks.map(({ role }) => role)).toEqual(['start', 'update', 'end', 'update']);
  expect([span.end, span.severity, span.problems]).toEqual([startOfTest + 2 * minute, 2, []]);
  const { text } = await visit(server, `/spans/${id}`);
  for (const words of ['the database fails over and comes back', 'rolled back', 'the cause was a timeout'])
    expect(text).toContain(words);
});

test('changes the severity from now on, and keeps it at later marks', async () => {
  const id = idOf(await declare({ title: 'checkout fails', severity: '3' }));
  now += minute;
  await act(id, { mark: 'update', severity: '1' });
  now += minute;
  await act(id, { mark: 'detected' });
  now += minute;
  await act(id, { mark: 'resolved' });
  const span = await spanOf(id);
  expect(span.levels.map(({ severity }) => severity)).toEqual([3, 1]);
  expect(span.marks.map(({ type }) => type)).toEqual([
    'incident_sev3_start',
    'incident_sev1_update',
    'incident_sev1_detected',
    'incident_sev1_resolved',
  ]);
  expect((await visit(server, `/spans/${id}`)).text).toContain('severity changed to 1');
});

test('asks for a note or a severity, and refuses notes where no key connects them', async () => {
  const id = idOf(await declare({ title: 'checkout fails' }));
  const empty = await act(id, { mark: 'update' });
  expect([empty.status, empty.text]).toEqual([
    400,
    expect.stringContaining('write a note, or choose another severity'),
  ]);
  await server.send(
    `${now / 1000} incident_sev3_search_start without a key\n${now / 1000} backup_start;span=7 a backup\n`,
  );
  const others = (await spans()).filter((span) => span.id !== id);
  expect(others).toHaveLength(2);
  for (const other of others) {
    const refused = await act(other.id, { mark: 'update', text: 'a note' });
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('only incidents and gains with a key'),
    ]);
    expect((await visit(server, `/spans/${other.id}`)).html).not.toContain('value="update"');
  }
});

test('undoes a resolution within 10 minutes, which leaves a trace in the history alone', async () => {
  const id = idOf(await declare({ title: 'checkout fails' }));
  const before = await spanOf(id);
  const resolved = await act(id, { mark: 'resolved', text: 'rolled back' });
  const shown = await visit(server, resolved.location);
  expect(shown.text).toContain('End recorded. Undo');
  now += 9 * minute;
  const undone = await send(server, `/spans/${id}/undo`, { event: markOf(resolved) });
  expect([undone.status, undone.location]).toEqual([303, `/spans/${id}?notice=undone`]);
  expect(await spanOf(id)).toEqual({ ...before, durationMs: 9 * minute });
  expect(await server.json(`/events/${markOf(resolved)}/history`)).toMatchObject({
    history: [{ before: { description: 'rolled back' }, after: null }],
  });
  // Once is enough.
  const again = await send(server, `/spans/${id}/undo`, { event: markOf(resolved) });
  expect(again.location).toBe(`/spans/${id}?notice=late`);
});

test('undoes a declaration', async () => {
  const declared = await declare({ title: 'a mistake' });
  const undone = await send(server, `/spans/${idOf(declared)}/undo`, { event: markOf(declared) });
  expect([undone.status, undone.location]).toEqual([303, '/spans']);
  expect(await spans()).toEqual([]);
});

test('offers an undo for 10 minutes, and deletes no event that is not a mark of the span', async () => {
  const id = idOf(await declare({ title: 'checkout fails' }));
  const resolved = await act(id, { mark: 'resolved' });
  expect((await visit(server, resolved.location)).html).toContain('/undo');
  now += 10 * minute;
  expect((await visit(server, resolved.location)).html).not.toContain('/undo');
  await server.send(`${now / 1000} deploy_shop a release\n`);
  for (const event of ['3', '', '999', '-1', 'x']) {
    const { location } = await send(server, `/spans/${id}/undo`, { event });
    expect(location).toBe(`/spans/${id}?notice=late`);
  }
  expect((await server.json('/events/json')) as { events: unknown[] }).toMatchObject({
    events: { length: 3 },
  });
});

test('reopens an incident, with all its ends deleted', async () => {
  const id = idOf(await declare({ title: 'checkout fails' }));
  const { key } = await spanOf(id);
  await act(id, { mark: 'resolved' });
  await server.send(`${now / 1000 + 60} incident_sev2_resolved;incident=${key} once more\n`);
  expect((await spanOf(id)).problems).toEqual(['doubled_end']);
  const reopened = await send(server, `/spans/${id}/reopen`, {});
  expect([reopened.status, reopened.location]).toEqual([303, `/spans/${id}?notice=reopened`]);
  expect(await spanOf(id)).toMatchObject({ isOpen: true, problems: [] });
});

test('lists events with the key of an incident in its log, and incidents of the same service or name', async () => {
  const id = idOf(await declare({ title: 'checkout fails', service: 'shop' }));
  const { key } = await spanOf(id);
  const earlier = now / 1000 - 86_400;
  await server.send(
    [
      `${earlier} incident_sev3_start;incident=a;service=shop an older one of the shop`,
      `${earlier} incident_sev3_start;incident=b;service=search an older one of search`,
      `${earlier} incident_sev3_mail_start;incident=c mails are late`,
      `${earlier + 60} incident_sev1_mail_start;incident=d mails are lost`,
      `${now / 1000} deploy_shop;incident=${key} the fix`,
      '',
    ].join('\n'),
  );
  const { text } = await visit(server, `/spans/${id}`);
  expect(text).toContain('deploy_shop the fix');
  expect(text).toMatch(/Related incidents .* an older one of the shop/);
  expect(text).not.toContain('older one of search');
  const mail = (await spans()).find(({ title }) => title === 'mails are late')?.id ?? 0;
  expect((await visit(server, `/spans/${mail}`)).text).toMatch(/Related incidents .* mails are lost/);
});

test('shows five suspects at once, and the others on a click', async () => {
  const changes = Array.from(
    { length: 8 },
    (_, i) => `${now / 1000 - 600 - i} deploy_p${i} release of p${i}\n`,
  );
  await server.send(changes.join(''));
  const id = idOf(await declare({ title: 'checkout fails' }));
  const { html, text } = await visit(server, `/spans/${id}`);
  expect(text).toContain('3 more changes');
  expect(html).toContain('<ol class="suspects" start="6">');
  expect(html.match(/id="suspect-\d+"/g)).toHaveLength(8);
});

test('writes a postmortem in which a Markdown reader finds no markup of any hostile text', async () => {
  // So many that all are listed with their text.
  const each = 20;
  const texts = payloads.filter((text) => text.trim() !== '');
  expect(texts.length).toBeGreaterThan(150);
  const events = texts.map((description, i) => ({
    time: now - minute + i,
    type: `incident_sev2_${i % each === 0 ? 'start' : 'update'}`,
    tags: [
      `incident=k${Math.floor(i / each)}`,
      `service=${description.replace(/[\s;]+/g, '_').slice(0, 100)}`,
    ],
    description: `${description}\n${description}`,
  }));
  const stored = await server.fetch('/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  expect(stored.status).toBe(200);
  const wanted =
    /^<\/?(?:h[12]|p|ul|ol|li|table|thead|tbody|tr|t[hd]|em|strong|input|br)(?: (?:checked=""|disabled=""|type="checkbox"|start="\d+"))*>$/;
  const documents: string[] = [];
  for (const { id } of await spans('limit=1000')) {
    documents.push(await (await server.fetch(`/spans/${id}/postmortem`)).text());
  }
  expect(documents).toHaveLength(Math.ceil(texts.length / each));
  const foreign = toHtml(documents).flatMap((html) =>
    (html.match(/<[^>]*>/g) ?? []).filter((tag) => !wanted.test(tag)),
  );
  expect(foreign).toEqual([]);
});

// The Markdown library is a module of the other kind, so it runs in a program of its own.
function toHtml(documents: readonly string[]): readonly string[] {
  const program =
    "import { marked } from 'marked'; import { readFileSync } from 'node:fs';" +
    'console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((text) => marked.parse(text))));';
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: __dirname,
    input: JSON.stringify(documents),
    maxBuffer: 100_000_000,
  });
  return JSON.parse(output.toString()) as string[];
}

test('writes a postmortem whose text of events is only text', async () => {
  const evil =
    '<script>alert(1)</script> [x](javascript:alert(1)) ![x](http://x.example/y.png) `a` | b @ops # *z*';
  await server.send(`${now / 1000 - 300} deploy_shop ${evil}\n`);
  const id = idOf(await declare({ title: evil, severity: '1', service: 'shop' }));
  now += minute;
  await act(id, { mark: 'update', text: `first\n# a heading\n- a list\n1. more\n---\n${evil}` });
  now += minute;
  await act(id, { mark: 'resolved', text: 'rolled back' });
  const response = await server.fetch(`/spans/${id}/postmortem`);
  expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  const text = await response.text();
  expect(text).toContain('| Ended | 2026-11-24 10:02:00 (after 2 min) |');
  expect(text).toContain('- **2026-11-24 10:01:00** note: first');
  expect(text).toContain('\n  \\# a heading\n  \\- a list\n  1\\. more\n  \\---\n');
  // No unescaped character starts markup, and no link or mention is made.
  const texts = text.split('\n').filter((line) => line.includes('script'));
  expect(texts).toHaveLength(4);
  for (const line of texts) {
    expect(line).not.toMatch(/(?<!\\)[<>`[\]!]/);
    expect(line).not.toContain('http://');
    expect(line).not.toContain('@ops');
  }
});
