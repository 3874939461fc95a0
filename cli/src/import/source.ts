// Opens what is imported: a file, standard input, or the address of a Graphite; and finds out what it holds.

import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { preview } from '@anthracite/protocol';
import type { Environment } from '../environment';
import { UsageError } from '../exit-codes';
import { loadServer } from '../whole-server';
import { type Found, foundInFields, ImportError } from './found';
import { readGraphite } from './graphite-source';
import { readers } from './readers';

/** The formats that `--format` names. */
export const importFormats = [...(Object.keys(readers) as (keyof typeof readers)[]), 'sqlite'] as const;
export type ImportFormat = (typeof importFormats)[number];

/** A source that was opened. */
export interface Source {
  readonly found: AsyncIterable<Found>;
  /** How much was read, from 0 to 1; null where nobody knows. */
  part(): number | null;
}

/** What is to be opened, and how. */
export interface SourceOptions {
  readonly name: string;
  /** Null to find out. */
  readonly format: ImportFormat | null;
  /** Seconds since the epoch, for a Graphite. */
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

const sniffedBytes = 65_536;
const sqliteMagic = 'SQLite format 3\0';

/** Opens a source. Throws a `UsageError` when there is none by that name. */
export async function openSource(options: SourceOptions, environment: Environment): Promise<Source> {
  const { name, format } = options;
  if (/^https?:\/\//i.test(name)) {
    if (!URL.canParse(name)) throw new UsageError(`the address ${preview(name)} is not understood`);
    if (format !== null) throw new UsageError('--format is for files; an address is that of a Graphite');
    return { found: readGraphite({ url: name, ...options }), part: () => null };
  }
  if (name === '-') {
    const bytes = Readable.from(environment.stdin) as AsyncIterable<Buffer>;
    return { found: readBytes(bytes, format, name), part: () => null };
  }
  const size = sizeOf(name);
  if (format === 'sqlite' || (format === null && (await beginsWith(name, sqliteMagic)))) {
    return { found: readSqlite(name), part: () => null };
  }
  let read = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(name, { highWaterMark: 262_144 })) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  };
  return { found: readBytes(counted(), format, name), part: () => (size === 0 ? 1 : read / size) };
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

async function beginsWith(name: string, magic: string): Promise<boolean> {
  for await (const chunk of createReadStream(name, { end: magic.length - 1 })) {
    return (chunk as Buffer).toString('latin1') === magic;
  }
  return false;
}

async function* readSqlite(name: string): AsyncGenerator<Found> {
  for (const fields of loadServer().readEventFile(name)) yield foundInFields({ ...fields });
}

async function* readBytes(
  source: AsyncIterable<Buffer>,
  format: ImportFormat | null,
  name: string,
): AsyncGenerator<Found> {
  const { beginning, bytes } = await peek(source);
  if (beginning[0] === 0x1f && beginning[1] === 0x8b) {
    const unzipped = Readable.from(bytes).compose(createGunzip()) as unknown as AsyncIterable<Buffer>;
    yield* readBytes(named(unzipped), format, name);
    return;
  }
  const chosen = format ?? sniff(beginning);
  if (chosen === 'sqlite') {
    throw new ImportError('an SQLite file is not read as a stream; give the name of the file, unpacked');
  }
  yield* readers[chosen](bytes);
}

// A fault of the packing is one of the source.
async function* named(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    throw new ImportError(`the packed file cannot be read: ${(error as Error).message}`);
  }
}

// The first bytes, and all of them again.
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
  const bytes = async function* (): AsyncGenerator<Buffer> {
    yield* held;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  return { beginning: Buffer.concat(held), bytes: bytes() };
}

/** What bytes look like. Lines of the line protocol are what looks like nothing else. */
export function sniff(beginning: Buffer): ImportFormat {
  if (beginning.toString('latin1', 0, sqliteMagic.length) === sqliteMagic) return 'sqlite';
  const text = beginning
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text.startsWith('<')) return 'xml';
  const firstLine = text.split('\n', 1)[0] ?? '';
  if (text.startsWith('[')) return 'json';
  if (text.startsWith('{')) return isJson(firstLine) ? 'ndjson' : 'json';
  const cells = firstLine
    .toLowerCase()
    .split(',')
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  return cells.includes('time') && cells.includes('description') ? 'csv' : 'raw';
}

function isJson(text: string): boolean {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    // A whole list on one line is a document.
    return !Array.isArray(value['events']) && !('hits' in value);
  } catch {
    return false;
  }
}
