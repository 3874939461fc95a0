// Addresses of PostgreSQL: parts, sentences, TLS, and the form without a password.

import { loadConfig } from '../src';
import { modeFor, type PostgresAddress, parsePostgresAddress, shownDatabase } from '../src/postgres-address';

const parse = (text: string): PostgresAddress => {
  const parsed = parsePostgresAddress(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
};

test('has several hosts, a user, a password, a database and a schema', () => {
  const address = parse('postgres://me%40x:p%3Aw%2F@a:5433,b,[::1]:5434/events?schema=own&sslmode=require');
  expect(address).toMatchObject({
    hosts: [
      { host: 'a', port: 5433 },
      { host: 'b', port: 5432 },
      { host: '::1', port: 5434 },
    ],
    user: 'me@x',
    password: 'p:w/',
    database: 'events',
    schema: 'own',
    sslMode: 'require',
  });
});

test('has defaults for what it does not name, and may name the folder of a socket', () => {
  expect(parse('postgresql://')).toMatchObject({
    hosts: [{ host: 'localhost', port: 5432 }],
    user: null,
    password: null,
    database: null,
    schema: 'anthracite',
  });
  expect(parse('postgres:///events?host=/run/postgresql').hosts).toEqual([
    { host: '/run/postgresql', port: 5432 },
  ]);
});

test('verifies the name of a host that is not this machine, unless it says otherwise', () => {
  const address = parse('postgres://a,127.0.0.1,localhost/');
  expect(address.hosts.map(({ host }) => modeFor(address, host))).toEqual([
    'verify-full',
    'disable',
    'disable',
  ]);
});

test('is refused with a sentence that does not contain the password', () => {
  const wrong = [
    'postgres://me:secret@a:port/x',
    'postgres://me:secret@a/x?sslmode=maybe',
    'postgres://me:secret@a/x?options=-csearch_path',
    'postgres://me:secret@a/x?schema=A-B',
    'postgres://me:secret%@a/x',
    'postgres:/me:secret@a',
    'postgres://me:sec/ret@a/x',
    'postgres://me:secret@a:99999/x',
  ];
  for (const text of wrong) {
    const sentence = parsePostgresAddress(text);
    expect(sentence).toEqual(expect.any(String));
    expect(sentence).not.toMatch(/secret|ret@/);
  }
});

test('is shown without its password', () => {
  expect(shownDatabase('postgres://me:secret@a:5433,b/events?schema=own')).toBe(
    'postgres://me@a:5433,b/events?schema=own',
  );
  expect(shownDatabase('postgresql://me:se@cr/et@a/x')).toBe('postgresql://me@a/x');
  expect(shownDatabase('postgres:/me:secret@a')).toBe('postgres://...');
  expect(shownDatabase('data/a@b.db')).toBe('data/a@b.db');
});

test('is not taken for the name of a file, and neither is the address of another database', () => {
  const given = (database: string) => () => loadConfig({}, { ANTHRACITE_DATABASE: database });
  expect(given('mysql://me:secret@a/x')).toThrow(
    'variable ANTHRACITE_DATABASE: database starts with mysql://; expected the name of a file, or an address that starts with postgres://',
  );
  expect(given('postgres://me:secret@a:port/x')).toThrow(
    'variable ANTHRACITE_DATABASE: database is not a valid address',
  );
  expect(given('')).toThrow('expected the name of a file');
  const { settings, origins } = given('postgres://me:secret@a/x')();
  expect(settings.database).toBe('postgres://me:secret@a/x');
  expect(origins.find(({ name }) => name === 'database')?.value).toBe('postgres://me@a/x');
});

test('is refused as a flag with a password, because every user of the machine can read it', () => {
  const refused = () => loadConfig({ database: 'postgres://me:secret@a/x' }, {});
  expect(refused).toThrow('name it in database-password-file');
  expect(refused).not.toThrow('secret@');
  expect(loadConfig({ database: 'postgres://me@a/x' }, {}).settings.database).toBe('postgres://me@a/x');
});
