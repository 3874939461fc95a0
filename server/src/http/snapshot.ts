// Answers with the events as an SQLite file, made in a temporary folder. Nobody finds it there once it is being sent.

import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ownedFolderPrefix } from '../owned-folder';
import type { EventQuery, EventStore } from '../store/event-store';
import { StoreError } from '../store/store-error';
import { sendCompressed } from './compression';
import { Turns } from './turns';

// Each takes a thread while it is made.
const maxMadeAtOnce = 2;
const turns = new Turns(maxMadeAtOnce);

/** Makes the file, sends it, and removes it, whatever comes between. Throws a `RequestError` when there is no place. */
export async function sendSnapshot(
  store: EventStore,
  query: EventQuery,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (request.method === 'HEAD') return reply.send();
  request.server.admission.admitLong(request, reply, 'sqlite_export');
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  try {
    const body = await turns.run(() => makeSnapshot(store, query, gone.signal), gone.signal);
    // A client that left while the file was made does not read it.
    if (gone.signal.aborted) body.destroy();
    return await sendCompressed(request, reply, body);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    // Nobody is there to be told.
    return reply.hijack();
  }
}

// The file is open, and has no name any more: it is gone when it is closed, even if the server is killed.
async function makeSnapshot(store: EventStore, query: EventQuery, signal: AbortSignal): Promise<Readable> {
  let folder: string;
  try {
    folder = await mkdtemp(ownedFolderPrefix('snapshot'));
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
