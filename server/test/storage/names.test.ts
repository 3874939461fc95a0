// Names of types and tags: their cost depends on the names with the prefix only.

import { join } from 'node:path';
import { joinSeries } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import { open } from './opened';

test('reads only the names with a prefix, and one more, whatever the limit', async () => {
  const { writer, asker, catalog, close } = open(join(temporaryFolder(), 'names.db'));
  const tags = ['env=prod', 'env=test', ...Array.from({ length: 50 }, (_, i) => `host=web${i}`)];
  writer.append({
    times: tags.map((_, i) => i),
    series: tags.map((tag) => joinSeries('deploy', [tag])),
    descriptions: tags.map(() => 'x'),
    rejects: [],
  });
  expect(await asker.all(asker.sql.names.leaps('tags', 'env=', 100_000))).toEqual([
    ['env=prod', 1],
    ['env=test', 1],
    ['host=web0', 1],
  ]);
  expect(await catalog.names('tags', 'env=', 100_000)).toEqual({
    items: ['env=prod', 'env=test'],
    isAll: true,
  });
  close();
});
