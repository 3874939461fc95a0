// Socket activation: a service manager keeps the sockets, so that a restart refuses no sender and loses no line.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { atEnd, exchange, hasProgram, needs, quietPort, temporaryFolder, until } from '@anthracite/testing';
import { passedSockets } from '../src/passed-sockets';
import { cleanEnvironment, main } from './program';

const withSystemd = needs('systemd-socket-activate', hasProgram('systemd-socket-activate', '--version'));
const withPython = needs('python3', hasProgram('python3', '--version'));

test('names sockets by the settings, or takes the first for HTTP and the second for lines', () => {
  const of = (names: string | undefined, count: number): unknown =>
    passedSockets({ LISTEN_PID: '7', LISTEN_FDS: String(count), LISTEN_FDNAMES: names }, 7);
  expect(of('tcp:http:tcp', 3)).toEqual({ tcp: [{ fd: 3 }, { fd: 5 }], http: [{ fd: 4 }] });
  expect(of('anthracite.socket:anthracite.socket', 2)).toEqual({ http: [{ fd: 3 }], tcp: [{ fd: 4 }] });
  expect(of(undefined, 1)).toEqual({ http: [{ fd: 3 }] });
  expect(() => of('http:web', 2)).toThrow('systemd passed a socket with the name "web"');
  expect(() => of(undefined, 3)).toThrow('systemd passed 3 sockets without known names');
});

test('ignores sockets for another process', () => {
  expect(passedSockets({ LISTEN_PID: '8', LISTEN_FDS: '2' }, 7)).toEqual({});
  expect(passedSockets({}, 7)).toEqual({});
});

function launch(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(program, args, {
    env: { ...cleanEnvironment(), ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    if (program === 'python3') child.stdin?.end();
    else child.kill('SIGTERM');
    await ended;
  });
  return child;
}

withSystemd('listens on the sockets of systemd', async () => {
  const [http, tcp] = [await quietPort(), await quietPort()];
  const database = join(temporaryFolder(), 'anthracite.db');
  const sockets = ['-l', `127.0.0.1:${http}`, '-l', `127.0.0.1:${tcp}`, '--fdname=http:tcp'];
  launch('systemd-socket-activate', [...sockets, process.execPath, main, 'serve', '--database', database]);
  // The first connection starts the server.
  let answer = '';
  await until(async () => {
    answer = await exchange(tcp, '1 activated x\n');
    return answer !== '';
  }, 'the server answers');
  expect(answer).toBe('ok stored=1 duplicate=0 rejected=0\n');
  expect(await (await fetch(`http://127.0.0.1:${http}/healthz`)).text()).toBe('ok\n');
});

// Keeps two sockets and starts a server on them, again whenever one has ended, as systemd does.
const manager = `
import os, socket, subprocess, sys
ports = [int(port) for port in sys.argv[1:3]]
sockets = []
for port in ports:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(('127.0.0.1', port))
    one.listen(4096)
    sockets.append(one)
for target, one in zip((10, 11), sockets):
    os.dup2(one.fileno(), target)
def start():
    def prepare():
        os.dup2(10, 3)
        os.dup2(11, 4)
        os.environ['LISTEN_PID'] = str(os.getpid())
    return subprocess.Popen(
        ['sh', '-c', 'LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=http:tcp exec "$@"', 'sh'] + sys.argv[3:],
        pass_fds=(3, 4), preexec_fn=prepare, stdin=subprocess.DEVNULL, stdout=sys.stderr)
child = start()
for line in sys.stdin:
    child.terminate()
    print('ended', child.wait(), flush=True)
    child = start()
child.terminate()
child.wait()
`;

withPython(
  'refuses and loses no line while it restarts under 5,000 lines a second',
  async () => {
    const [http, tcp] = [await quietPort(), await quietPort()];
    const database = join(temporaryFolder(), 'anthracite.db');
    // On a busy machine, reading what has been accepted takes seconds.
    const settings = ['--database', database, '--log-level', 'silent', '--drain-ms', '60000'];
    const program = ['-c', manager, String(http), String(tcp), process.execPath, main, 'serve', ...settings];
    const child = launch('python3', program);
    let told = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    await until(async () => (await exchange(tcp, '')) !== '', 'the server answers');

    // Each sender is a one-liner: it connects, writes, and does not wait for an answer before it closes its side.
    const [perSecond, perSender] = [5_000, 50];
    // On a busy machine, the load waits for its senders instead of growing without end.
    const maxOpen = 400;
    let open = 0;
    let refused = 0;
    let sent = 0;
    const ended: Promise<void>[] = [];
    const send = (): void => {
      open++;
      const lines = Array.from({ length: perSender }, () => `${++sent} restart line ${sent}\n`).join('');
      ended.push(
        new Promise((resolve) => {
          const socket = connect({ port: tcp, host: '127.0.0.1', allowHalfOpen: true });
          socket.on('error', () => {
            refused++;
          });
          socket.on('close', () => {
            open--;
            resolve();
          });
          socket.on('end', () => socket.destroy());
          socket.resume();
          socket.end(lines);
        }),
      );
    };
    const begin = performance.now();
    const load = setInterval(() => {
      while (open < maxOpen && sent < ((performance.now() - begin) / 1_000) * perSecond) send();
    }, 10);
    const whileSending = async (lines: number): Promise<void> => {
      const from = sent;
      await until(() => sent >= from + lines, 'the load continues');
    };
    for (let restart = 1; restart <= 2; restart++) {
      await whileSending(perSecond);
      child.stdin?.write('restart\n');
      await until(() => told === 'ended 0\n'.repeat(restart), 'the server has ended in order', 60);
      // This request waits in the socket until the next server is ready.
      expect(await (await fetch(`http://127.0.0.1:${http}/healthz`)).text()).toBe('ok\n');
    }
    await whileSending(perSecond);
    clearInterval(load);
    await Promise.all(ended);
    expect(refused).toBe(0);
    const stored = async (): Promise<number> => {
      const counts = await fetch(`http://127.0.0.1:${http}/types`);
      const { types } = (await counts.json()) as { types: { type: string; count: number }[] };
      return types.find(({ type }) => type === 'restart')?.count ?? 0;
    };
    await until(async () => (await stored()) >= sent, `all ${sent} lines are stored`, 30);
    expect(await stored()).toBe(sent);
  },
  300_000,
);
