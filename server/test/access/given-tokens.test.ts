// Tokens from the environment: parsed strictly, never shown.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { loadConfig, SettingError } from '../../src';
import { parseGivenTokens } from '../../src/access/given-tokens';

const folder = temporaryFolder();
const secret = 'hush-hush-hush-hush';

test('separates entries by white space and newlines; a secret can contain colons and commas', () => {
  const parsed = parseGivenTokens(
    `# ours\n ops:admin:${secret}\tb:read,write:a:b,c:${secret}\r\n\n  # x:y:z\nc:write,read:${secret}3\n`,
  );
  expect(parsed).toMatchObject({
    ok: true,
    tokens: [
      { name: 'ops', roles: ['admin'] },
      { name: 'b', roles: ['read', 'write'] },
      { name: 'c', roles: ['read', 'write'] },
    ],
  });
});

test.each([
  ['an entry without a role', `x:${secret}`],
  ['only a secret', secret],
  ['no name', `:read:${secret}`],
  ['a name with a slash', `a/b:read:${secret}`],
  ['an unknown role', `a:root:${secret}`],
  ['no role', `a::${secret}`],
  ['a secret where the role belongs', `a:${secret}:read`],
  ['a secret where the name belongs', `${secret}:a:read`],
  ['a secret and a name mixed up', `${secret}:read:a`],
  ['a short secret', `a:read:${secret.slice(0, 15)}`],
  ['a secret with non-ASCII characters', `a:read:${secret}é`],
  ['a name twice', `a:read:${secret} a:write:${secret}2`],
  ['a secret twice', `a:read:${secret} b:write:${secret}`],
])('refuses %s and shows no part of a secret', (_what, text) => {
  const parsed = parseGivenTokens(`ok:read:0123456789abcdef ${text}`);
  expect(parsed.ok).toBe(false);
  expect(JSON.stringify(parsed)).toMatch(/token [23] /);
  expect(JSON.stringify(parsed)).not.toContain('hush');
  expect(() => loadConfig({}, { ANTHRACITE_TOKENS: text })).toThrow(SettingError);
});

test('merges the file and the variable and refuses only contradictory entries', () => {
  const file = join(folder, 'tokens');
  writeFileSync(file, `# tokens\nops:admin:${secret}\n`);
  const environment = { ANTHRACITE_TOKENS: `agent:write:${secret}2`, ANTHRACITE_TOKENS_FILE: file };
  const { tokens, origins } = loadConfig({}, environment);
  expect(tokens.map(({ name }) => name)).toEqual(['agent', 'ops']);
  expect(JSON.stringify([tokens, origins])).not.toContain('hush');
  const twice = () => loadConfig({ 'tokens-file': file }, { ANTHRACITE_TOKENS: `ops:read:${secret}2` });
  expect(twice).toThrow(
    `variable ANTHRACITE_TOKENS and file ${file}: token 2 repeats the name or the secret of token 1`,
  );
  expect(() => loadConfig({ 'tokens-file': join(folder, 'none') }, {})).toThrow('cannot be read');
});
