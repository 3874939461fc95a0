// Drops readers that take nothing of a long answer, so that they hold no connection, thread or file for ever.

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** Watches every answer that is sent in pieces. `onStalled` hears of each that was dropped. */
export function addStallWatch(app: FastifyInstance, stallMs: number, onStalled: () => void): void {
  app.addHook('onSend', async (_request, reply, payload) => {
    if (payload instanceof Readable) watch(reply.raw, stallMs, onStalled);
    return payload;
  });
}

// A reader is slow when bytes wait for it, and stalled when none of them went for a whole while.
function watch(response: ServerResponse, stallMs: number, onStalled: () => void): void {
  let seen = -1;
  const timer = setInterval(() => {
    const { bytesWritten = 0, writableLength = 0 } = response.socket ?? {};
    const taken = bytesWritten - writableLength;
    if (writableLength > 0 && taken === seen) {
      onStalled();
      response.destroy();
    }
    seen = taken;
  }, stallMs);
  response.once('close', () => clearInterval(timer));
}
