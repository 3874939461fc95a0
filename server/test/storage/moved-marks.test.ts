// Marks of spans that their source moves: each move is an edit with history, and followers receive the changed span.

import { splitLine } from '@anthracite/protocol';
import { until } from '@anthracite/testing';
import type { MoveOutcome } from '../../src/storage/event-change';
import { Follower } from '../http/follower';
import { start, type TestServer } from '../start';

const source = 'hook/alerts';
let server: TestServer;
beforeAll(async () => {
  server = await start();
});

async function append(line: string, key: string): Promise<number> {
  const split = splitLine(line);
  if (!split.ok) throw new Error(split.problem.message);
  const { time, series, description } = split.value;
  const keys = new Map([[0, { source, key }]]);
  const batch = { times: [time], series: [series], descriptions: [description], rejects: [], keys };
  return (await server.app.store.append(batch)).ids[0] as number;
}

let spans = 0;
/** A span from second 1000 to 2000 of a separate day. */
async function addSpan() {
  const name = `n${spans++}`;
  const day = 1_500_000_000 + spans * 86_400;
  const at = (seconds: number): number => (day + seconds) * 1000;
  const start = await append(`${day + 1000} alert_x_start;span=${name} begun`, `${name}:start`);
  const end = await append(`${day + 2000} alert_x_end;span=${name} over`, `${name}:end`);
  const move = (role: 'start' | 'end', seconds: number | null): Promise<MoveOutcome> =>
    server.app.store.moveMark({ source, key: `${name}:${role}` }, seconds && at(seconds), 7);
  const times = async () => {
    const span = await server.app.store.span(start);
    const seconds = (ms: number | null): number | null => ms && ms / 1000 - day;
    return span && [seconds(span.begin), seconds(span.end)];
  };
  return { start, end, at, move, times };
}

test('moves a start only to an earlier time and an end only to a later one', async () => {
  const { move, times } = await addSpan();
  expect(await times()).toEqual([1000, 2000]);
  expect(await move('start', 900)).toMatchObject({ kind: 'done' });
  expect(await move('end', 2100)).toMatchObject({ kind: 'done' });
  expect(await times()).toEqual([900, 2100]);
  for (const later of [900, 950]) expect(await move('start', later)).toMatchObject({ kind: 'unchanged' });
  for (const earlier of [2100, 2050]) expect(await move('end', earlier)).toMatchObject({ kind: 'unchanged' });
  expect(await times()).toEqual([900, 2100]);
});

test('records each move with its source, and returns the id to the sender of the previous version', async () => {
  const { start, move, at } = await addSpan();
  await move('start', 900);
  const { entries } = await server.app.store.history(start, 0);
  expect(entries).toMatchObject([
    { at: 7, who: source, before: { time: at(1000) }, after: { time: at(900) } },
  ]);
  const former = `${at(1000) / 1000} alert_x_start;span=n${spans - 1} begun\n`;
  expect(await server.send(former)).toBe('ok stored=0 duplicate=1 rejected=0\n');
});

test('opens a span again and moves its end back to the latest time', async () => {
  const { end, move, times } = await addSpan();
  expect(await move('end', null)).toMatchObject({ kind: 'done' });
  expect(await times()).toEqual([1000, null]);
  expect(await move('end', null)).toEqual({ kind: 'kept', id: end });
  expect(await move('end', 1500)).toMatchObject({ kind: 'done' });
  expect(await times()).toEqual([1000, 2000]);
  await move('end', null);
  expect(await move('end', 2500)).toMatchObject({ kind: 'done' });
  expect(await times()).toEqual([1000, 2500]);
});

test('refuses to open a start', async () => {
  const { start, move, times } = await addSpan();
  expect(await move('start', null)).toEqual({ kind: 'kept', id: start });
  expect(await times()).toEqual([1000, 2000]);
});

test.each([
  ['edited', (id: number) => server.app.store.edit(id, { description: 'x' }, { at: 1, who: 'ann' }, null)],
  ['deleted', (id: number) => server.app.store.remove(id, { at: 1, who: null }, null)],
])('does not move a mark that another client has %s', async (_, change) => {
  const { start, end, move, times } = await addSpan();
  await change(end);
  const before = await times();
  expect(await move('end', 3000)).toEqual({ kind: 'kept', id: end });
  expect(await move('end', null)).toEqual({ kind: 'kept', id: end });
  expect(await times()).toEqual(before);
  await change(start);
  expect(await move('start', 1)).toEqual({ kind: 'kept', id: start });
});

test('moves only marks of the source', async () => {
  const id = await append('1500000000 deploy_x release', 'deploy');
  const move = (from: string, key: string) => server.app.store.moveMark({ source: from, key }, 1, 7);
  expect(await move(source, 'deploy')).toEqual({ kind: 'kept', id });
  const detected = await append('1500000000 alert_x_detected;span=d seen', 'detected');
  expect(await move(source, 'detected')).toEqual({ kind: 'kept', id: detected });
  await addSpan();
  expect(await move('hook/others', `n${spans - 1}:start`)).toEqual({ kind: 'missing' });
  expect(await move(source, 'unknown')).toEqual({ kind: 'missing' });
});

test('never makes two marks equal', async () => {
  const { end, move, at } = await addSpan();
  const other = await append(`${at(2500) / 1000} alert_x_end;span=n${spans - 1} over`, `other:${spans}`);
  expect(await move('end', 2500)).toEqual({ kind: 'same', id: other });
  await move('end', null);
  expect(await move('end', 2500)).toMatchObject({ kind: 'done', event: { id: end, time: at(2000) } });
});

test('sends each move to followers of spans and of events', async () => {
  const { start, end, move, at } = await addSpan();
  const spans = await Follower.open(`${server.url}/spans/stream?type=alert_*`);
  const events = await Follower.open(`${server.url}/events/stream`);
  const moves = [
    ['end', 2100],
    ['end', null],
    ['start', 900],
  ] as const;
  const told = () => spans.messages.filter(({ name }) => name === 'span');
  for (const [place, [role, seconds]] of moves.entries()) {
    await move(role, seconds);
    await until(() => told().length === place + 1, `the span's follower hears of move ${place}`);
  }
  await until(() => events.messages.length === moves.length, "the events' follower hears of all moves");
  expect(told().map(({ data }) => [data.id, data.begin, data.end])).toEqual([
    [start, at(1000), at(2100)],
    [start, at(1000), null],
    [start, at(900), null],
  ]);
  expect(events.messages.map(({ name, data }) => [name, data.id])).toEqual([
    ['change', end],
    ['change', end],
    ['change', start],
  ]);
  for (const follower of [spans, events]) follower.close();
});
