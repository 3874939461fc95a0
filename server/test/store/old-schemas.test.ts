// A database of every schema that was ever written opens, with all that was in it.

import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { schemaVersion } from '../../src/store/migrations';
import { start } from '../start';

const fixtures = join(__dirname, '../../../test/fixtures');
const folder = temporaryFolder();
const versions = readdirSync(fixtures)
  .flatMap((name) => /^schema-(\d+)\.db$/.exec(name)?.[1] ?? [])
  .map(Number)
  .sort((a, b) => a - b);

test('there is a database of every schema, the present one included', () => {
  expect(versions).toEqual(Array.from({ length: schemaVersion }, (_, i) => i + 1));
});

test.each(versions)('schema %d keeps its events, types, tags and rejected lines', async (version) => {
  const database = join(folder, `schema-${version}.db`);
  copyFileSync(join(fixtures, `schema-${version}.db`), database);
  // The database of schema 2 has tokens: they are not what is looked at here.
  const server = await start({ database, 'read-access': 'open', 'write-access': 'open' });
  const expected = readFileSync(join(fixtures, `schema-${version}.txt`), 'utf8');
  expect(await (await server.fetch('/events/raw?limit=all&from=0')).text()).toBe(expected);
  const count = expected.trimEnd().split('\n').length;
  expect(await server.json('/health')).toMatchObject({ status: 'ok' });
  expect(await server.send(expected)).toBe(`ok stored=0 duplicate=${count} rejected=0\n`);
  expect(await server.send('2000000000 new event\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  expect(await server.json('/rejects')).toMatchObject({
    rejects: [{ code: 'BAD_TIMESTAMP', line: 'when what text' }],
  });
  expect(await server.json('/types?prefix=deploy')).toMatchObject({
    types: [{ type: 'deploy_vimeo.com', count: 1 }],
  });
});

test('schema 2 keeps its tokens: the good one is good, the revoked one is not', async () => {
  const database = join(folder, 'tokens.db');
  copyFileSync(join(fixtures, 'schema-2.db'), database);
  const server = await start({ database });
  const ask = (token: string) =>
    server.fetch('/tokens', { headers: { authorization: `Bearer anth_fixture-token-${token}` } });
  expect(await (await ask('of-nobody')).json()).toMatchObject({
    tokens: [{ name: 'ops', roles: ['admin'], created: '2016-07-06T22:34:41.250Z' }],
  });
  expect((await ask('revoked')).status).toBe(401);
});
