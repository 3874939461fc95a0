// The password of a database in PostgreSQL: in no output, log, error, page and command line.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasPostgres, needs, ownPostgres, sql, temporaryFolder } from '@anthracite/testing';
import { run, serve } from './program';

const testWithPostgres = needs('postgresql', hasPostgres);
const password = 'se-cr3t/wörd';
const encoded = encodeURIComponent(password);

function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

testWithPostgres(
  'password-shown: nothing that people see contains it',
  async () => {
    const server = await ownPostgres(["password_encryption = 'scram-sha-256'"]);
    sql(
      server.port,
      `CREATE ROLE events LOGIN PASSWORD '${password}'; GRANT CREATE ON DATABASE postgres TO events`,
    );
    writeFileSync(
      join(server.data, 'pg_hba.conf'),
      'host all postgres 127.0.0.1/32 trust\nhost all all all scram-sha-256\n',
    );
    sql(server.port, 'SELECT pg_reload_conf()');
    const at = (secret: string): string => `postgres://events:${secret}@127.0.0.1:${server.port}/postgres`;
    const env = { ANTHRACITE_DATABASE: at(encoded) };
    const ports = ['--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0'];
    const outputs: string[] = [];

    const config = await run(['config'], { env });
    outputs.push(config.stdout, config.stderr);
    expect(config.stdout).toContain(`postgres://events@127.0.0.1:${server.port}/postgres`);

    // With the password in a file.
    const file = join(temporaryFolder(), 'password');
    writeFileSync(file, 'wrong-pass-word\n');
    const wrong = await run(['serve', ...ports, '--database', at('').replace(':@', '@')], {
      env: { ANTHRACITE_DATABASE_PASSWORD_FILE: file },
    });
    outputs.push(wrong.stdout, wrong.stderr);
    expect([wrong.exitCode, wrong.stderr]).toEqual([1, expect.stringContaining('refuses this server')]);
    expect(wrong.stderr).not.toContain('wrong-pass-word');

    writeFileSync(file, `${password}\n`);
    const served = await serve(at('').replace(':@', '@'), ['--log-level', 'debug'], {
      env: { ANTHRACITE_DATABASE_PASSWORD_FILE: file },
    });
    outputs.push(commandLines());
    for (const path of ['/', '/health', '/metrics', '/readyz'])
      outputs.push(await (await fetch(served.url + path)).text());
    server.stop('immediate');
    const refused = await fetch(`${served.url}/events`, {
      method: 'POST',
      body: '{"type":"a","description":"b"}',
    });
    outputs.push(await refused.text());
    expect(refused.status).toBe(503);
    await served.stop();
    outputs.push(served.output(), served.log());
    expect(served.readyLine).toContain(`events in postgres://events@127.0.0.1:${server.port}/postgres`);
    for (const output of outputs) for (const text of [password, encoded]) expect(output).not.toContain(text);
  },
  120_000,
);
