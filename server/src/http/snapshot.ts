// Answers with the events as an SQLite file, made in a temporary folder and gone when it is sent.

import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventQuery, EventStore } from '../store/event-store';
import { sendCompressed } from './compression';
import { RequestError } from './request-error';

// Each takes a thread, a connection and room on the disk.
const maxAtOnce = 2;
let underWay = 0;

/** Makes the file, sends it, and removes it, whatever comes between. */
export async function sendSnapshot(
  store: EventStore,
  query: EventQuery,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (request.method === 'HEAD') return reply.send();
  if (underWay >= maxAtOnce) throw RequestError.of('TOO_MANY_SNAPSHOTS', { limit: maxAtOnce });
  underWay++;
  const folder = await mkdtemp(join(tmpdir(), `anthracite-snapshot-${process.pid}-`)).catch(
    (error: unknown) => {
      underWay--;
      throw error;
    },
  );
  const end = (): void => {
    underWay--;
    rm(folder, { recursive: true, force: true }).catch(() => {});
  };
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  reply.raw.once('close', abort);
  try {
    const file = join(folder, 'events.db');
    await store.snapshot(query, file, gone.signal);
    const { size } = await stat(file);
    const body = createReadStream(file);
    finished(body, end);
    // A client that left while the file was made does not read it.
    if (gone.signal.aborted) body.destroy();
    if (request.headers['accept-encoding'] === undefined) reply.header('Content-Length', size);
    return sendCompressed(request, reply, body);
  } catch (error) {
    end();
    throw error;
  }
}
