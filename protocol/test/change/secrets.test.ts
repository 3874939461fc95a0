// No command of the list shows its secret: neither as a title, nor as text that only the masks protect.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanText, formatReference, maskSecrets } from '../../src/change';

const { commands } = JSON.parse(
  readFileSync(join(__dirname, '../../../vectors/secret-commands.json'), 'utf8'),
) as { readonly commands: readonly { readonly command: string; readonly secret: string }[] };

test('has more than a hundred commands in the list, each with its secret', () => {
  expect(new Set(commands.map(({ command }) => command)).size).toBeGreaterThan(150);
  for (const { command, secret } of commands) expect(command).toContain(secret);
});

test.each(commands.map(({ command, secret }) => [command, secret] as const))(
  'hides the secret of %s',
  (command, secret) => {
    expect(formatReference('Exec', command)).not.toContain(secret);
    expect(maskSecrets(cleanText(command))).not.toContain(secret);
    expect(maskSecrets(cleanText(`Could not run: ${command}`))).not.toContain(secret);
    expect(maskSecrets(cleanText(`sudo /usr/bin/${command}\nfailed`))).not.toContain(secret);
  },
);

test('leaves sentences and commands without a secret unchanged', () => {
  for (const text of [
    'could not connect to db01: Connection refused',
    'password authentication failed for user app',
    'mkdir -p /srv/app/releases',
    'tar -C /srv -xzf app.tgz',
    'docker run -p 8080:80 nginx',
    'psql -p 5432 -h db01 shop',
    'ssh -p 2222 web01 uptime',
    'rsync -a /srv/a/ web01:/srv/a/',
    'Could not find class ::profile::web for web01 (file: /etc/site.pp, line: 3)',
    'No such cookbook: nowhere',
    'a key is missing',
    'the basic configuration is wrong',
  ]) {
    expect(maskSecrets(text)).toBe(text);
  }
});
