// Answers with events as an SQLite file, created in a temporary folder. The file has no name while it is sent.

import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '../../../answers/event-store';
import { ownedFolderPrefix } from '../../../owned-folder';
import type { EventQuery } from '../../../query/event-query';
import { StoreError } from '../../../storage/store-error';
import { Turns } from '../security/turns';
import { sendCompressed } from './compression';

// Creating a file occupies a thread.
const maxMadeAtOnce = 2;
const turns = new Turns(maxMadeAtOnce);

/** Creates the file, sends it, and removes it in all cases. Throws a `RequestError` when no place is free. */
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
    const body = await turns.run(
      () => makeSnapshot(store, query, gone.signal),
      () => gone.signal,
    );
    // The client may have disconnected while the file was created.
    if (gone.signal.aborted) body.destroy();
    return await sendCompressed(request, reply, body);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    // The client has disconnected, so no error is sent.
    return reply.hijack();
  }
}

// The file is open, and already unlinked: it disappears when it is closed, even if the server is killed.
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
