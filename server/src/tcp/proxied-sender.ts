// Waits for the header with which a proxy says whom it connects for, and hands the socket on as it was before, without it.

import type { Socket } from 'node:net';
import { readProxyHeader, type Sender } from './proxy-header';

/** Why there is no sender. */
export type SenderFailure = { readonly why: string };

/**
 * Reads the header, which must come within `maxMs` milliseconds. Resolves with the sender, null for the proxy itself, and the
 * socket paused; or with the reason why there is none, which is empty when nobody is left to be told.
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
