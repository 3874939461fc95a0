// A client of the line port for tests.

import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends bytes to a port, closes the sending side, and returns the complete reply; `''` without a reply. */
export async function exchange(
  port: number,
  bytes: string | Uint8Array,
  host = '127.0.0.1',
): Promise<string> {
  const socket = connect({ port, host, allowHalfOpen: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  const ended = new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.on('end', () => {
      socket.destroy();
      resolve();
    });
  });
  await Promise.race([once(socket, 'connect'), ended]);
  socket.end(bytes);
  await ended;
  return answer;
}
