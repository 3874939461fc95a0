// The server ranks data from its store like the method ranks a history in memory.

import { start } from '../start';
import { createHistory } from './causes';
import { allChanges, suspectsOf, trials } from './measure';

interface Answer {
  readonly suspects: readonly { readonly score: number; readonly event: { readonly description: string } }[];
}

test('gives the same suspects with the same scores over HTTP and in memory', async () => {
  const usual = trials[0];
  if (usual === undefined) throw new Error('there is no trial');
  const history = createHistory({ ...usual.difficulty, days: 60, tagged: 0.5 }, 5);
  const server = await start({}, () => history.beginMs + 60 * 86_400_000);
  const lines = history.events.map(
    ({ time, type, tags, description }) => `${time / 1_000} ${[type, ...tags].join(';')} ${description}\n`,
  );
  await server.send(lines.join(''));
  const changes = allChanges(history);
  const caused = history.spans.filter(({ id }) => history.causes.has(id));
  expect(caused.length).toBeGreaterThan(12);
  const described = new Map(history.events.map(({ id, description }) => [id, description]));
  // The past starts with the first stored event.
  const seen = { ...history, beginMs: history.events[0]?.time ?? 0 };
  for (const span of caused.slice(-12)) {
    // Ids follow the order of the lines, which is that of the history.
    const { suspects } = (await server.json(`/spans/${span.id}/suspects`)) as Answer;
    const expected = suspectsOf(span, seen, changes).slice(0, 10);
    expect(suspects.map(({ event }) => event.description)).toEqual(
      expected.map(({ change }) => described.get(change.events[0]?.id ?? 0)),
    );
    for (const [i, { score }] of suspects.entries()) expect(score).toBeCloseTo(expected[i]?.score ?? 0, 2);
  }
}, 600_000);
