// Real Puppet, with the project's report processor and with its own: events arrive once, and runs are not affected.

import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  type Ended,
  hasProgram,
  needs,
  puppetFolder,
  runProgram,
  temporaryFolder,
  until,
} from '@anthracite/testing';
import { type Served, serve } from './program';

const puppetTest = needs('puppet', hasProgram('puppet', '--version'));
const moduleFolder = join(__dirname, '../../../puppet-reporter/module');
const token = 'write-only-s%cret-0123456789';

// Puppet loads for some seconds, more on a busy machine.
jest.setTimeout(600_000);

/** A node with its own confdir and vardir, and the module. */
class Node {
  readonly folder = mkdtempSync(join(puppetFolder(), 'node-'));

  constructor(modules: string = moduleFolder) {
    for (const name of ['conf', 'var', 'modules', 'target']) mkdirSync(join(this.folder, name));
    symlinkSync(modules, join(this.folder, 'modules', 'anthracite'));
  }

  configure(settings: Readonly<Record<string, string | number>>): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`);
    writeFileSync(join(this.folder, 'conf', 'anthracite.yaml'), lines.join(''));
  }

  apply(manifest: string, reports: string, reporturl = 'http://127.0.0.1:1/'): Promise<Ended> {
    const file = join(this.folder, 'site.pp');
    writeFileSync(file, manifest.replaceAll('TARGET', join(this.folder, 'target')));
    const settings = {
      confdir: join(this.folder, 'conf'),
      vardir: join(this.folder, 'var'),
      modulepath: join(this.folder, 'modules'),
      certname: 'web01.example.com',
      reports,
      reporturl,
      http_read_timeout: '1s',
      http_connect_timeout: '1s',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    return runProgram('puppet', ['apply', '--color', 'false', '--detailed-exitcodes', ...flags, file]);
  }

  spool(): string[] {
    const folder = join(this.folder, 'var', 'anthracite-spool');
    try {
      const names = readdirSync(folder).filter((name) => name.endsWith('.line'));
      return names.map((name) => readFileSync(join(folder, name), 'utf8'));
    } catch {
      return [];
    }
  }

  /** As if half a minute had passed since the last attempt. */
  resume(): void {
    rmSync(join(this.folder, 'var', 'anthracite-spool', '.paused'), { force: true });
  }

  /** Whether the processor after ours in `reports` got its report. */
  stored(): number {
    const folder = join(this.folder, 'var', 'reports', 'web01.example.com');
    try {
      const names = readdirSync(folder);
      rmSync(folder, { recursive: true });
      return names.length;
    } catch {
      return 0;
    }
  }
}

const changing = (text: string): string => `
file { 'TARGET/app.conf': content => "db_password = hunter2 ${text}", show_diff => true }
~> exec { '/bin/echo --password=hunter2': refreshonly => true }
notify { 'hello': }`;
const failing = `exec { 'migrate database': command => "/bin/sh -c 'echo hunter2; exit 3'" } -> file { 'TARGET/after': ensure => file }`;

async function linesOf(server: Served): Promise<string[]> {
  const text = await (await fetch(`${server.url}/events/raw`)).text();
  return text.split('\n').filter((line) => line !== '');
}

async function metricOf(server: Served, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

puppetTest(
  'sends one event or none for a run with changes, without changes and with a failure, each by both ways',
  async () => {
    const server = await serve(join(temporaryFolder(), 'anthracite.db'));
    const reports = `${server.url}/puppet/reports`;
    const node = new Node();
    node.configure({ host: '127.0.0.1', port: server.tcpPort });

    const changed = await node.apply(changing('1'), 'anthracite,http,store', reports);
    expect([changed.exitCode, node.stored()]).toEqual([2, 1]);
    await until(
      async () => (await metricOf(server, 'anthracite_events_duplicate_total{door="puppet"}')) === 1,
      'the other way is known',
      60,
    );
    expect(await linesOf(server)).toEqual([
      expect.stringMatching(
        /^\d+(\.\d+)? puppet;host=web01\.example\.com;env=production;version=changes-[0-9a-f]{8};status=changed;tool=puppet "web01\.example\.com: 2 changed: .*\\nproduction in \S+\\nFile\[.*app\.conf\] created\\nExec\[\/bin\/echo \.\.\.\] refreshed"$/,
      ),
    ]);

    const unchanged = await node.apply(
      changing('1').replace('notify', '#'),
      'anthracite,http,store',
      reports,
    );
    expect([unchanged.exitCode, node.stored()]).toEqual([0, 1]);
    await until(
      async () =>
        (await metricOf(server, 'anthracite_reports_total{tool="puppet",outcome="unchanged"}')) === 1,
      'the report has come',
      60,
    );
    expect(await linesOf(server)).toHaveLength(1);

    const failed = await node.apply(failing, 'anthracite,http,store', reports);
    expect([failed.exitCode, node.stored()]).toEqual([4, 1]);
    await until(
      async () => (await metricOf(server, 'anthracite_events_duplicate_total{door="puppet"}')) === 2,
      'the other way is known',
      60,
    );
    expect((await linesOf(server)).at(-1)).toMatch(
      /puppet_failed_start;.*;reason=resource;failure=[0-9a-f]{8};span=web01\.example\.com;tool=puppet ".*: 1 failed, 1 skipped: Exec\[migrate database\]\\nproduction in \S+\\nExec\[migrate database\] \(site\.pp:1\) returned 3 instead of one of \[0\]"$/,
    );

    const graphite = await (
      await fetch(`${server.url}/events/get_data?from=-1h&tags=puppet_failed_start`)
    ).json();
    expect(graphite).toMatchObject([
      { tags: expect.arrayContaining(['puppet_failed_start', 'host=web01.example.com']) },
    ]);
    expect([...(await linesOf(server)), server.log()].join('')).not.toContain('hunter2');
    for (const { stderr } of [changed, unchanged, failed])
      expect(stderr).not.toMatch(
        /for Anthracite|to Anthracite|Anthracite (?:at|rejected)|Report processor failed/,
      );
    await server.stop();
  },
);

puppetTest('presents a token by both ways, and shows it in no log', async () => {
  const env = { ANTHRACITE_TOKENS: `ops:admin:admin-only-0123456789 puppet:write:${token}` };
  const server = await serve(join(temporaryFolder(), 'anthracite.db'), [], { env });
  const node = new Node();
  node.configure({ url: server.url, token });
  const reports = server.url.replace('http://', `http://puppet:${encodeURIComponent(token)}@`);
  const ended = await node.apply(changing('1'), 'anthracite,http', `${reports}/puppet/reports?tags=`);
  expect([ended.exitCode, ended.stderr.match(/Anthracite|Report processor failed|Unable to submit/)]).toEqual(
    [2, null],
  );
  const headers = { authorization: 'Bearer admin-only-0123456789' };
  const metrics = async () => (await fetch(`${server.url}/metrics`, { headers })).text();
  await until(
    async () => (await metrics()).includes('events_duplicate_total{door="puppet"} 1'),
    'the other way is known',
    60,
  );
  node.configure({ url: server.url, token: 'another-token-0123456789' });
  const refused = await node.apply(changing('2'), 'anthracite');
  expect(refused.exitCode).toBe(2);
  expect(refused.stdout + refused.stderr).toMatch(/it answered 401/);
  expect(node.spool()).toHaveLength(1);
  expect(server.log() + refused.stderr + refused.stdout + node.spool().join('')).not.toMatch(
    /s%cret|another-token/,
  );
  await server.stop();
});

const servers = new Set<Server>();
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

async function listen(behave: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    behave(socket);
  });
  servers.add(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { readonly port: number }).port;
}

puppetTest(
  'changes no exit code, stops no other processor, and loses no event when the server is down, hangs, disconnects or fails',
  async () => {
    const node = new Node();
    const behaviours: readonly [string, (socket: Socket) => void][] = [
      ['hangs', () => {}],
      ['hangs up', (socket) => socket.destroy()],
      [
        'fails',
        (socket) =>
          socket.on('data', () =>
            socket.end('HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
          ),
      ],
    ];
    const ports: (readonly [string, number])[] = [['is down', 1]];
    for (const [name, behave] of behaviours) ports.push([name, await listen(behave)]);
    for (const [i, [name, port]] of ports.entries()) {
      node.configure({ port });
      const ended = await node.apply(
        changing(`${i}`),
        'anthracite,http,store',
        `http://127.0.0.1:${port}/puppet/reports`,
      );
      node.resume();
      expect([name, ended.exitCode, node.stored(), node.spool().length]).toEqual([name, 2, 1, i + 1]);
      expect(ended.stdout + ended.stderr).toContain('the event waits in the spool');
    }
    node.configure({ port: 1 });
    const failed = await node.apply(failing, 'anthracite,store');
    expect([failed.exitCode, node.stored(), node.spool().length]).toEqual([4, 1, 5]);
    expect(node.spool().join('')).not.toContain('hunter2');

    node.resume();
    const server = await serve(join(temporaryFolder(), 'anthracite.db'));
    node.configure({ port: server.tcpPort });
    const unchanged = await node.apply(changing('3').replace('notify', '#'), 'anthracite');
    expect([unchanged.exitCode, node.spool()]).toEqual([0, []]);
    // The unchanged run also ends the failure.
    const types = (await linesOf(server)).map((line) => line.split(/[ ;]/)[1]);
    expect(types.sort()).toEqual([...Array(4).fill('puppet'), 'puppet_failed_end', 'puppet_failed_start']);
    await server.stop();
  },
);

puppetTest(
  'changes no exit code and stops no other processor with wrong settings or a broken module',
  async () => {
    const node = new Node();
    node.configure({ prot: 2005 });
    const wrong = await node.apply(changing('1'), 'anthracite,store');
    // An event that a mistake prevents from being sent waits until it is corrected.
    expect([wrong.exitCode, node.stored(), node.spool().length]).toEqual([2, 1, 1]);
    expect(wrong.stderr + wrong.stdout).toContain('unknown setting "prot"');

    const broken = mkdtempSync(join(puppetFolder(), 'module-'));
    mkdirSync(join(broken, 'lib', 'puppet', 'reports'), { recursive: true });
    const processor = join('lib', 'puppet', 'reports', 'anthracite.rb');
    writeFileSync(join(broken, processor), readFileSync(join(moduleFolder, processor)));
    const half = new Node(broken);
    const ended = await half.apply(changing('1'), 'anthracite,store');
    expect([ended.exitCode, half.stored()]).toEqual([2, 1]);
    expect(ended.stderr + ended.stdout).toContain('The report for Anthracite failed: LoadError');
  },
);
