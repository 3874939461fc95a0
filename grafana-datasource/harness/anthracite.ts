// Runs the server of the built command with the story, in a separate folder.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storyLines } from './story';

const command = join(__dirname, '..', '..', 'cli', 'dist', 'src', 'main.js');

/** A running server. */
export interface Anthracite {
  readonly url: string;
  /** A token for reading, if one is needed. */
  readonly token: string | undefined;
  /** Sends lines, and returns the answer when they are stored. */
  send(lines: string): Promise<string>;
  stop(): Promise<void>;
}

/** Options of a server. */
export interface AnthraciteOptions {
  /** Whether reading needs a token. */
  readonly needsToken?: boolean;
}

/** Starts a server on free ports of 127.0.0.1 and sends it the story. Rejects with its output when it does not start. */
export async function startAnthracite({ needsToken = false }: AnthraciteOptions = {}): Promise<Anthracite> {
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-harness-'));
  const token = needsToken ? 'a-secret-of-the-harness' : undefined;
  const foreign = Object.entries(process.env).filter(([name]) => !name.startsWith('ANTHRACITE_'));
  const env = {
    ...Object.fromEntries(foreign),
    ...(token && { ANTHRACITE_TOKENS: `grafana:read:${token}` }),
  };
  const where = [
    '--http',
    '127.0.0.1:0',
    '--tcp',
    '127.0.0.1:0',
    '--database',
    join(folder, 'anthracite.db'),
  ];
  const child = spawn(process.execPath, [command, 'serve', ...where], { env });
  const ready = await readyLine(child);
  const portOf = (door: string): number => Number(new RegExp(`${door} on \\S+:(\\d+)`).exec(ready)?.[1]);
  const send = (lines: string): Promise<string> => exchange(portOf('lines'), lines);
  const stop = async (): Promise<void> => {
    const ended = once(child, 'close');
    if (child.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const answer = await send(storyLines());
  if (!/ duplicate=0 rejected=0$/m.test(answer)) {
    await stop();
    throw new Error(`the story was not taken whole: ${answer}`);
  }
  return { url: `http://127.0.0.1:${portOf('HTTP')}`, token, send, stop };
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (text: string): void => {
      printed += text;
      const line = /^anthracite .* is ready: .*$/m.exec(printed)?.[0];
      if (line !== undefined) resolve(line);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.on('error', reject);
    child.on('close', () => reject(new Error(`the server ended before it was ready:\n${printed}`)));
  });
}

/** Sends bytes to a port, closes the sending side, and returns the response. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.end(bytes);
  await once(socket, 'close');
  return answer;
}
