// Opens the source of an import (a file, standard input, a Graphite or a Grafana) and detects its format.

import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { preview } from '@anthracite/protocol';
import type { Environment } from '../environment';
import { UsageError } from '../exit-codes';
import { loadServer } from '../whole-server';
import { type Found, foundInFields, ImportError } from './found';
import { readGrafana } from './grafana-source';
import { readGraphite } from './graphite-source';
import { type ImportFormat, readers } from './readers';
import { isSqlite, recognise } from './recognise';
import { isOfGrafana } from './source-url';

/** An open source. */
export interface Source {
  readonly found: AsyncIterable<Found>;
  /** The share that was read, from 0 to 1; null if unknown. */
  part(): number | null;
}

/** The source to open. */
export interface SourceOptions {
  readonly name: string;
  /** Null to detect it. */
  readonly format: ImportFormat | null;
  /** For a Grafana. */
  readonly token: string | undefined;
  /** Seconds since the epoch, for a live source. */
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

const sniffedBytes = 65_536;
const mark = Buffer.from('\ufeff');

/** Opens a source. Throws a `UsageError` if it cannot be opened. */
export async function openSource(options: SourceOptions, environment: Environment): Promise<Source> {
  const { name, format, token } = options;
  const isUrl = /^https?:\/\//i.test(name);
  const isGrafana = isUrl && isOfGrafana(name);
  if (token !== undefined && !isGrafana)
    throw new UsageError('--source-token-file works only with the URL of a Grafana');
  if (isUrl) {
    if (!URL.canParse(name))
      throw new UsageError(`invalid URL ${preview(name)}; expected the URL of a Graphite or a Grafana`);
    if (format !== null)
      throw new UsageError('--format works only with files; a URL is read as a Graphite or a Grafana');
    const read = isGrafana ? readGrafana : readGraphite;
    return { found: read({ url: name, ...options }), part: () => null };
  }
  if (name === '-') {
    const bytes = Readable.from(environment.stdin) as AsyncIterable<Buffer>;
    return { found: readBytes(bytes, format), part: () => null };
  }
  const size = sizeOf(name);
  if (format === 'sqlite' || (format === null && (await isSqliteFile(name)))) {
    return { found: readSqlite(name), part: () => null };
  }
  let read = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(name, { highWaterMark: 262_144 })) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  };
  return { found: readBytes(counted(), format), part: () => (size === 0 ? 1 : read / size) };
}

function sizeOf(name: string): number {
  try {
    const found = statSync(name);
    if (found.isDirectory()) throw new Error('it is a folder');
    return found.size;
  } catch (error) {
    throw new UsageError(`${preview(name)} cannot be read: ${(error as Error).message}`);
  }
}

async function isSqliteFile(name: string): Promise<boolean> {
  for await (const chunk of createReadStream(name, { end: 63 })) return isSqlite(chunk as Buffer);
  return false;
}

async function* readSqlite(name: string): AsyncGenerator<Found> {
  for (const fields of loadServer().readEventFile(name)) yield foundInFields({ ...fields });
}

async function* readBytes(source: AsyncIterable<Buffer>, format: ImportFormat | null): AsyncGenerator<Found> {
  const { beginning, bytes } = await peek(source);
  if (beginning[0] === 0x1f && beginning[1] === 0x8b) {
    const unzipped = Readable.from(bytes).compose(createGunzip()) as unknown as AsyncIterable<Buffer>;
    yield* readBytes(named(unzipped), format);
    return;
  }
  const chosen = format ?? formatOf(beginning);
  if (chosen === 'sqlite') {
    throw new ImportError(
      'an SQLite file cannot be read from standard input or from gzip; give the path of the uncompressed file',
    );
  }
  yield* readers[chosen](bytes, beginning);
}

function formatOf(beginning: Buffer): ImportFormat {
  const recognised = recognise(beginning);
  if (recognised.kind === 'format') return recognised.format;
  throw new ImportError(
    `this is ${recognised.what}, which cannot be imported; nothing was sent. ${recognised.help}`,
  );
}

// Reports errors of gzip as errors of the source.
async function* named(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    throw new ImportError(`the gzip file cannot be read: ${(error as Error).message}`);
  }
}

// The first bytes, and a stream of all bytes, both without the byte order mark that Excel and Notepad write.
async function peek(
  source: AsyncIterable<Buffer>,
): Promise<{ beginning: Buffer; bytes: AsyncIterable<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let length = 0;
  while (length < sniffedBytes) {
    const next = await iterator.next();
    if (next.done) break;
    held.push(next.value);
    length += next.value.length;
  }
  const whole = Buffer.concat(held);
  const beginning = whole.subarray(0, mark.length).equals(mark) ? whole.subarray(mark.length) : whole;
  const bytes = async function* (): AsyncGenerator<Buffer> {
    if (beginning.length > 0) yield beginning;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  return { beginning, bytes: bytes() };
}
