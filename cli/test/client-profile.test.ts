// The user's own file: servers by name, their tokens, and default tags.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '@anthracite/testing';
import { temporaryFolder } from '@anthracite/testing';
import { runHere, startServer } from './in-process';

function writeProfile(text: string): Record<string, string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'anthracite'));
  writeFileSync(join(folder, 'anthracite', 'config.yaml'), text);
  writeFileSync(join(folder, 'anthracite', 'prod.token'), 'a-secret-of-the-test\n');
  return { XDG_CONFIG_HOME: folder };
}

const tagsOf = ({ stdout }: Ended): unknown => (JSON.parse(stdout) as { tags: unknown }).tags;

test('finds the server by default and by name, and sends its token only to it', async () => {
  const tokensFile = join(temporaryFolder(), 'tokens');
  writeFileSync(tokensFile, 'prod:admin:a-secret-of-the-test\n');
  const [prod, open] = [await startServer({ 'tokens-file': tokensFile }), await startServer()];
  const env = writeProfile(`
server: prod
servers:
  prod: {url: "${prod}", token-file: prod.token}
  open: ${open}
`);
  const types = (args: readonly string[], more = {}): Promise<Ended> =>
    runHere(['types', ...args], { env: { ...env, ...more } });
  expect((await types([])).exitCode).toBe(0);
  expect((await types(['--server', 'prod'])).exitCode).toBe(0);
  expect((await types(['--server', 'open'])).exitCode).toBe(0);
  expect((await types([], { ANTHRACITE_URL: 'open' })).exitCode).toBe(0);
  // The token belongs to the entry, not to the address.
  expect((await types(['--server', prod])).stderr).toContain('requires a token');
  expect((await types([], { ANTHRACITE_TOKEN: 'another' })).stderr).toContain('rejected the token');
  const shown = await runHere(['config', '--json'], { env });
  const rows = JSON.parse(shown.stdout) as { name: string; value: string; origin: string }[];
  expect(rows.find(({ name }) => name === 'url')).toEqual({
    name: 'url',
    value: prod,
    origin: `file ${join(env['XDG_CONFIG_HOME'] ?? '', 'anthracite/config.yaml')}`,
  });
  expect(rows.find(({ name }) => name === 'token')).toMatchObject({
    value: '(not shown)',
    origin: expect.stringContaining('token-file of the server prod'),
  });
});

test('adds default tags to new events, except those whose key is given', async () => {
  const url = await startServer();
  const env = { ...writeProfile('tags: [team=web, env=dev, manual]\n'), ANTHRACITE_URL: url };
  const sent = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await runHere([...args, '--json'], { env });
    const { id } = JSON.parse(stdout) as { id: number };
    return tagsOf(await runHere(['show', String(id), '--json'], { env }));
  };
  expect(await sent('send', 'a', 'x')).toEqual(['team=web', 'env=dev', 'manual']);
  expect(await sent('send', 'a', 'y', '-t', 'env=prod')).toEqual(['team=web', 'manual', 'env=prod']);
  expect(await sent('start', 'incident', 'z', '--key', 'k')).toEqual(
    expect.arrayContaining(['team=web', 'env=dev', 'manual']),
  );
});

test.each([
  ['colour: red\n', 'unknown name "colour"; allowed: server, servers, tags'],
  ['server: prod\n', 'server is not valid; expected one of'],
  ['servers: {prod: {token: abc}}\n', 'unknown name "token"; allowed: url, token-file, ca-file'],
  ['servers: {prod: {token-file: abc}}\n', 'servers: prod: url is not valid'],
  ['tags: team=web\n', 'tags is not valid; expected a list'],
  ['- a\n', 'is not a list of "setting: value" lines'],
  ['a: [\n', 'cannot be read as YAML'],
])('refuses %j', async (text, told) => {
  const { exitCode, stderr } = await runHere(['types'], { env: writeProfile(text) });
  expect(stderr).toContain(told);
  expect(exitCode).toBe(2);
});
