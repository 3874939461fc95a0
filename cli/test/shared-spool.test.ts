// One folder, many programs: processes add to it and deliver from it at the same time, and Ruby's senders share it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Spool } from '@anthracite/protocol';
import { hasProgram, needs, temporaryFolder } from '@anthracite/testing';
import { begin, main, run, type Served, serve } from './program';
import { at, listed } from './spooling';

let folder: string;
let spool: string;

beforeEach(() => {
  folder = temporaryFolder();
  spool = join(folder, 'spool');
});

test('delivers 1,000 events once that four processes spool while two flush', async () => {
  const server: Served = await serve(join(folder, 'anthracite.db'));
  const count = 250;
  // Like `anthracite send` while the server is away, without a process for each event.
  const script = `const { Spool } = require(${JSON.stringify(join(main, '../../../../protocol/dist/src'))});
    (async () => {
      const spool = await Spool.open(${JSON.stringify(spool)}, 10_000);
      for (let i = 0; i < ${count}; i++) await spool.add(\`\${1467844481 + i} from_\${process.argv[1]} \${i}\`, Date.now());
    })();`;
  const writers = ['a', 'b', 'c', 'd'].map((name) =>
    once(spawn(process.execPath, ['-e', script, name]), 'close'),
  );
  let isWritten = false;
  const written = Promise.all(writers).then(() => {
    isWritten = true;
  });
  const totals = { stored: 0, duplicate: 0, rejected: 0 };
  const flushAgain = async (): Promise<void> => {
    for (let last = false; !last; ) {
      last = isWritten;
      const ended = await begin(['flush', spool, '--json', '--server', server.url]).ended;
      expect(ended.exitCode).toBe(0);
      const { stored, duplicate, rejected } = JSON.parse(ended.stdout);
      totals.stored += stored;
      totals.duplicate += duplicate;
      totals.rejected += rejected;
    }
  };
  await Promise.all([written, flushAgain(), flushAgain()]);
  expect(readdirSync(spool)).toEqual([]);
  expect(totals).toMatchObject({ stored: 4 * count, rejected: 0 });
  const { stdout } = await run(['export', '--server', server.url]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(4 * count);
  expect(new Set(lines).size).toBe(4 * count);
  await server.stop();
}, 120_000);

test('sends a mark once that two processes flush, and rejects none', async () => {
  const server = await serve(join(folder, 'anthracite.db'));
  await at(server.url, 'start', 'incident', 'x', '--key', 'k', '--at', '-1h');
  mkdirSync(spool);
  const marks = await Spool.open(spool, 100, '.mark');
  for (let i = 0; i < 20; i++) {
    const time = Date.now() - 60_000 + i;
    await marks.add(JSON.stringify({ marking: 'detected', time, words: ['k', `${i}`], options: {} }), i);
  }
  const args = ['flush', spool, '--json', '--server', server.url];
  const ended = await Promise.all([run(args), run(args)]);
  const sum = (name: string): number => ended.reduce((all, { stdout }) => all + JSON.parse(stdout)[name], 0);
  expect([sum('stored'), sum('duplicate'), sum('rejected')]).toEqual([20, 0, 0]);
  expect(readdirSync(spool)).toEqual([]);
  await server.stop();
});

const lib = join(main, '../../../..');
describe.each([
  ['Puppet', 'PuppetX', 'puppet-reporter/module/lib/puppet_x/anthracite/spool.rb'],
  ['Chef', 'ChefHandler', 'chef-handler/gem/lib/chef_handler/anthracite/spool.rb'],
])('the spool of %s', (_name, module, path) => {
  needs('ruby', hasProgram('ruby', '--version'))(
    'is delivered by flush, also while it is written',
    async () => {
      const server = await serve(join(folder, 'anthracite.db'));
      const script = `spool = ${module}::Anthracite::Spool.new(ARGV[0], 1000)
      200.times { |i| spool.add("#{1467844481 + i} puppet;host=web1 caf\u00e9 #{i}") }`;
      const ruby = spawn('ruby', ['-r', join(lib, path), '-e', script, spool], { stdio: 'inherit' });
      const ended = once(ruby, 'close');
      const args = ['flush', spool, '--quiet', '--server', server.url];
      expect(await run(args)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
      expect(await ended).toEqual([0, null]);
      expect(await run(args)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
      expect(readdirSync(spool)).toEqual([]);
      const lines = await listed(server.url);
      expect(lines).toHaveLength(200);
      expect(new Set(lines).size).toBe(200);
      expect(lines.at(-1)).toBe('1467844680 puppet;host=web1 "café 199"');
      await server.stop();
    },
  );
});
