// The thread that writes waiting reports to disk. A disk that hangs blocks only this thread. Started by DiskWriter.
//
// A report is written under a draft name, synced and renamed; then the folder is synced. So after a crash, a file is complete or
// a draft.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { DiskReply, DiskRequest } from './disk-messages';
import { draftName } from './file-names';

const folder = workerData as string;
const folderMode = 0o700;
const fileMode = 0o600;
// Maximum number of writes that share one sync of the folder.
const maxShared = 8;

const waiting: DiskRequest[] = [];

parentPort?.on('message', (request: DiskRequest) => {
  if (waiting.length === 0) setImmediate(work);
  waiting.push(request);
});
parentPort?.postMessage({ kind: 'ready' } satisfies DiskReply);

function work(): void {
  const results = waiting.splice(0, maxShared).flatMap((request) => {
    if (request.kind === 'end') parentPort?.close();
    else if (request.kind === 'remove') attempt(() => rmSync(join(folder, request.name), { force: true }));
    else return { name: request.name, error: attempt(() => write(request)) };
    return [];
  });
  const synced = results.some(({ error }) => error === null) ? attempt(() => sync(folder)) : null;
  for (const { name, error } of results)
    parentPort?.postMessage({ kind: 'done', name, error: error ?? synced } satisfies DiskReply);
  if (waiting.length > 0) setImmediate(work);
}

function write({ name, parts }: Extract<DiskRequest, { kind: 'write' }>): void {
  const draft = join(folder, draftName(name));
  mkdirSync(folder, { recursive: true, mode: folderMode });
  const file = openSync(draft, 'wx', fileMode);
  try {
    // A disk that becomes full writes a part, and fails only at the next write.
    for (const part of parts) for (let at = 0; at < part.length; ) at += writeSync(file, part, at);
    fsyncSync(file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(draft, join(folder, name));
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Null on success, or the code of the error. */
function attempt(action: () => void): string | null {
  try {
    action();
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
  }
}
