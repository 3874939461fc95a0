// The history of types for suspects: complete for types with few events, and the newest events of types with many.

import { join } from 'node:path';
import { joinSeries } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import { ChangeReader } from '../../src/answers/change-reader';
import { followAll, open } from './opened';

/** Events of the frequent type; the reader reads at most 5,000 of a type by its series. */
const count = 25_000;
/** Events of all types that the reader looks through for frequent types. */
const lookedThrough = 20_000;

test('reads the newest events of a frequent type, and all events of a rare one', async () => {
  const { writer, reader, asker, series, close } = open(join(temporaryFolder(), 'frequent.db'));
  const types = Array.from({ length: count }, (_, i) => (i % 1_000 === 0 ? 'deploy_website' : 'puppet'));
  writer.append({
    times: types.map((_, i) => i * 1_000),
    series: types.map((type, i) => joinSeries(type, [`host=web${i % 10}`])),
    descriptions: types.map((_, i) => `event ${i}`),
    rejects: [],
  });
  followAll(writer, 10_000);
  const changes = new ChangeReader(asker, series, reader);
  const found = await changes.ofTypes(['puppet', 'deploy_website', 'press'], 0, count * 1_000);

  const since = (count - lookedThrough) * 1_000;
  const puppet = types.flatMap((type, i) => (type === 'puppet' && i * 1_000 >= since ? [i * 1_000] : []));
  expect(found.get('puppet')?.events.map(({ time }) => time)).toEqual(puppet);
  // Complete from just after the newest event that was not looked at.
  expect(found.get('puppet')?.fromMs).toBe(since - 1_000 + 1);

  const deploys = types.flatMap((type, i) => (type === 'puppet' ? [] : [i * 1_000]));
  expect(found.get('deploy_website')?.events.map(({ time }) => time)).toEqual(deploys);
  expect(found.get('deploy_website')?.fromMs).toBe(0);
  expect(found.get('press')).toEqual({ events: [], fromMs: 0 });
  close();
});
