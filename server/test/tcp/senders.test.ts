// Programs that send lines: runs the commands of the table in docs/line-protocol.md unchanged.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { atEnd, hasProgram, needs, quietPort, runProgram, temporaryFolder, until } from '@anthracite/testing';
import { newDatabase, start, type TestServer } from '../start';

jest.setTimeout(300_000);

const docs = readFileSync(join(__dirname, '../../../../docs/line-protocol.md'), 'utf8');
const rows = [...docs.matchAll(/^\| [^|]* +\| `(.*)` +\| (yes|no|rejected) +\| ([^|]*?) +\|$/gm)].map(
  ([, command = '', stored = '', seen = '']) => ({ command: command.replaceAll('\\|', '|'), stored, seen }),
);
const programs = [
  'nc.openbsd',
  'nc.traditional',
  'ncat',
  'busybox',
  'socat',
  'curl',
  'perl',
  'logger',
  'bash',
];
const areThere = programs.every((program) => hasProgram('sh', '-c', `command -v ${program}`));
const withSenders = needs(
  'netcat-openbsd, netcat-traditional, ncat, busybox, socat, curl and perl',
  areThere,
);
const rsyslogd = '/usr/sbin/rsyslogd';
const withRsyslog = needs('rsyslog', existsSync(rsyslogd));
const withPerl = needs('perl', hasProgram('perl', '-v'));

const seenWords = [
  ['the answer', /^ok stored=1 duplicate=0 rejected=0\n$/],
  ['nothing', /^$/],
  [
    'nothing until `tcp-idle-ms` has passed',
    /^ok stored=1 duplicate=0 rejected=0\nclosed: no data for too long\n$/,
  ],
] as const;

function seenIn(stdout: string): string {
  return seenWords.find(([, form]) => form.test(stdout))?.[0] ?? stdout;
}

withSenders('each command of the table stores its line and shows what the table says', async () => {
  expect(rows.length).toBeGreaterThan(15);
  // Longer than any command waits without input.
  const server = await start({ 'tcp-idle-ms': '10000' });
  const found = await Promise.all(
    rows.map(async ({ command }, row) => {
      const env = { ...process.env, HOST: '127.0.0.1', LINE: `1467844481 senders row ${row}.` };
      const script = command.replaceAll('2005', String(server.tcpPort));
      const { stdout } = await runProgram('bash', ['-c', script], { env });
      return seenIn(stdout);
    }),
  );
  expect(rows.map(({ command }, row) => [command, found[row]])).toEqual(
    rows.map(({ command, seen }) => [command, seen]),
  );
  const { events } = (await server.json('/events/json?from=20160101')) as {
    events: { description: string }[];
  };
  const { rejects } = (await server.json('/rejects')) as { rejects: { line: string }[] };
  const placeOf = (row: number): string => {
    if (events.some(({ description }) => description === `row ${row}.`)) return 'yes';
    return rejects.some(({ line }) => line.endsWith(` row ${row}.`)) ? 'rejected' : 'no';
  };
  expect(rows.map(({ command }, row) => [command, placeOf(row)])).toEqual(
    rows.map(({ command, stored }) => [command, stored]),
  );
  expect(events).toHaveLength(rows.filter(({ stored }) => stored === 'yes').length);
});

/** A server that restarts on the same port, with the same events. */
async function startOn(port: number, database: string): Promise<TestServer> {
  return start({ tcp: `127.0.0.1:${port}`, database, 'tcp-idle-ms': '600000' });
}

const has = async (server: TestServer, description: string): Promise<boolean> => {
  const { events } = (await server.json('/events/json?from=20160101')) as {
    events: { description: string }[];
  };
  return events.some((event) => event.description === description);
};
const stored = (server: TestServer, description: string): Promise<void> =>
  until(() => has(server, description), `${description} is stored`);

withPerl(
  'a sender that stays connected and never reads loses the first line after a restart, and then cannot write',
  async () => {
    const [port, database] = [await quietPort(), await newDatabase()];
    let server = await startOn(port, database);
    // Prints the result of each write.
    const script = `use IO::Socket::INET; $| = 1; $SIG{PIPE} = 'IGNORE';
my $s = IO::Socket::INET->new("127.0.0.1:${port}") or die;
while (<STDIN>) { print defined(syswrite $s, $_) ? "written\\n" : "failed\\n" }`;
    const sender = spawn('perl', ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    atEnd(() => void sender.kill());
    const write = async (line: string): Promise<string> => {
      sender.stdin.write(`1467844481 senders ${line}\n`);
      const [told] = (await once(sender.stdout, 'data')) as [Buffer];
      return told.toString().trim();
    };
    expect(await write('before')).toBe('written');
    await stored(server, 'before');
    await server.stop();
    server = await startOn(port, database);
    expect(await write('first after')).toBe('written');
    let tries = 0;
    await until(async () => (await write(`later ${tries++}`)) === 'failed', 'a write fails');
    await server.send('1467844481 senders another sender\n');
    expect([await has(server, 'before'), await has(server, 'first after')]).toEqual([true, false]);
  },
);

withRsyslog(
  'rsyslog, set up as in the docs, loses the first message after the server ends and keeps later ones once it notices',
  async () => {
    const [port, inPort, folder] = [await quietPort(), await quietPort(), temporaryFolder()];
    const database = await newDatabase();
    let server = await startOn(port, database);
    const [example = ''] = /^template\(name="anthracite"[\s\S]*?queue.type="LinkedList"\)$/m.exec(docs) ?? [];
    expect(example).toContain('port="2005"');
    const file = join(folder, 'rsyslog.conf');
    writeFileSync(
      file,
      `global(workDirectory="${folder}")
module(load="imptcp")
input(type="imptcp" port="${inPort}" address="127.0.0.1")
${example.replace('2005', String(port))}
`,
    );
    const daemon = spawn(rsyslogd, ['-n', '-f', file, '-i', join(folder, 'pid')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const output of [daemon.stdout, daemon.stderr]) {
      output.on('data', (text: Buffer) => {
        said += text;
      });
    }
    const ended = once(daemon, 'exit');
    atEnd(async () => {
      daemon.kill();
      await ended;
    });
    let input: Socket | null = null;
    await until(async () => {
      input = await connected(inPort);
      return input !== null;
    }, 'rsyslog listens');
    const log = (text: string): unknown => input?.write(`<13>Nov 27 12:00:00 web1 deployer: ${text}\n`);
    log('before');
    await stored(server, 'before');
    await server.stop();
    log('first after');
    let count = 0;
    await until(() => {
      log(`then ${count++}`);
      return said.includes('cannot connect');
    }, 'rsyslog knows that the server is away');
    log('queued');
    server = await startOn(port, database);
    await stored(server, 'queued');
    expect(await has(server, 'first after')).toBe(false);
    const { events } = (await server.json('/events/json?from=20160101')) as { events: object[] };
    expect(events[0]).toMatchObject({ type: 'syslog', tags: ['host=web1', 'program=deployer'] });
  },
);

function connected(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(socket)).on('error', () => resolve(null));
    atEnd(() => void socket.destroy());
  });
}
