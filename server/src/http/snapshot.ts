// Answers with the events as an SQLite file, made in a temporary folder. Nobody finds it there once it is being sent.

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, type Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventQuery, EventStore } from '../store/event-store';
import { StoreError } from '../store/store-error';
import { sendCompressed } from './compression';
import { RequestError } from './request-error';

// Each takes a thread, a connection and room on the disk, until its client has it.
const maxAtOnce = 2;
const underWay = new WeakMap<EventStore, number>();

function count(store: EventStore, change: 1 | -1): void {
  underWay.set(store, (underWay.get(store) ?? 0) + change);
}

/** Makes the file, sends it, and removes it, whatever comes between. */
export async function sendSnapshot(
  store: EventStore,
  query: EventQuery,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (request.method === 'HEAD') return reply.send();
  if ((underWay.get(store) ?? 0) >= maxAtOnce) {
    throw RequestError.of('TOO_MANY_SNAPSHOTS', { limit: maxAtOnce });
  }
  count(store, 1);
  let isCounted = true;
  const end = (): void => {
    if (isCounted) count(store, -1);
    isCounted = false;
  };
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  try {
    const body = await makeSnapshot(store, query, gone.signal);
    finished(body, end);
    // A client that left while the file was made does not read it.
    if (gone.signal.aborted) body.destroy();
    return await sendCompressed(request, reply, body);
  } catch (error) {
    end();
    if (!gone.signal.aborted) throw error;
    // Nobody is there to be told.
    return reply.hijack();
  }
}

// The file is open, and has no name any more: it is gone when it is closed, even if the server is killed.
async function makeSnapshot(store: EventStore, query: EventQuery, signal: AbortSignal): Promise<Readable> {
  let folder: string;
  try {
    folder = await mkdtemp(join(tmpdir(), `anthracite-snapshot-${process.pid}-`));
  } catch (error) {
    throw new StoreError('SNAPSHOT_FAILED', { cause: (error as Error).message });
  }
  try {
    const file = join(folder, 'events.db');
    await store.snapshot(query, file, signal);
    return (await open(file)).createReadStream();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
