// Reads the header in which a proxy names the sender of its connection, and passes the socket on without the header.

import type { Socket } from 'node:net';
import { readProxyHeader, type Sender } from './proxy-header';

/** Why the sender is unknown. */
export type SenderFailure = { readonly why: string };

/**
 * Reads the header, which must arrive within `maxMs` milliseconds. Resolves with the sender (null for the proxy itself)
 * and a paused socket; or with a reason, which is empty when the connection is gone.
 */
export function readSender(socket: Socket, maxMs: number): Promise<Sender | null | SenderFailure> {
  return new Promise((resolve) => {
    let head: Buffer = Buffer.alloc(0);
    const settle = (result: Sender | null | SenderFailure): void => {
      clearTimeout(timer);
      socket.off('data', take).off('end', cut).off('close', gone).off('error', gone).pause();
      resolve(result);
    };
    const take = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const read = readProxyHeader(head);
      if (read.kind === 'bad') settle({ why: read.why });
      else if (read.kind === 'header') {
        const rest = head.subarray(read.length);
        settle(read.sender);
        if (rest.length > 0) socket.unshift(rest);
      }
    };
    const cut = (): void => settle({ why: 'the connection ended before its header of the PROXY protocol' });
    const gone = (): void => settle({ why: '' });
    const timer = setTimeout(() => settle({ why: 'the header of the PROXY protocol took too long' }), maxMs);
    socket.on('data', take).on('end', cut).on('close', gone).on('error', gone);
  });
}
