// Reads the first page of an SQLite file as SQLite will see it after recovery, without opening the file: a connection
// that can write would change another program's file before its owner is known.

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

/** The content of a database's first page. */
export interface FileHeader {
  readonly userVersion: number;
  readonly applicationId: number;
  /** False for a database without tables, such as one whose creation was interrupted. */
  readonly hasTables: boolean;
}

const magic = 'SQLite format 3\0';
const headerBytes = 100;
/** The smallest page is larger; the checked fields are within this length. */
const firstBytes = 512;
const at = { userVersion: 60, applicationId: 68, treeKind: 100, cells: 103 } as const;
const emptyLeaf = 0x0d;
const journalMagic = Buffer.from('d9d505f920a163d7', 'hex');
const walMagics = [0x377f0682, 0x377f0683];
const walHeaderBytes = 32;
const frameHeaderBytes = 24;
const journalRecordsSought = 10_000;
const maxAttempts = 20;

/** The header of a file: null when it is missing, empty, or not an SQLite database. Throws the errors of `node:fs`. */
export function readFileHeader(file: string): FileHeader | null {
  if (!existsSync(file)) return null;
  const page = firstPageOfJournal(`${file}-journal`) ?? firstPageOfWal(`${file}-wal`) ?? firstPage(file);
  if (page.length < headerBytes || !isFirstPage(page)) return null;
  return {
    userVersion: page.readUInt32BE(at.userVersion),
    applicationId: page.readUInt32BE(at.applicationId),
    hasTables: page.length > at.cells && (page[at.treeKind] !== emptyLeaf || page.readUInt16BE(at.cells) > 0),
  };
}

/** True for a file that is missing, or has no header yet. */
export function isBlank(file: string): boolean {
  return !existsSync(file) || firstPage(file).every((byte) => byte === 0);
}

function firstPage(file: string): Buffer {
  return reading(file, (read) => read(0, firstBytes));
}

// A hot journal contains the original pages, which SQLite restores: a record is the page's number, the page, a
// checksum.
function firstPageOfJournal(file: string): Buffer | null {
  if (!isFilled(file)) return null;
  return reading(file, (read) => {
    const header = read(0, 28);
    if (header.length < 28 || !header.subarray(0, 8).equals(journalMagic)) return null;
    const sectorBytes = header.readUInt32BE(20);
    const recordBytes = header.readUInt32BE(24) + 8;
    for (let record = 0; record < journalRecordsSought; record++) {
      const start = sectorBytes + record * recordBytes;
      const number = read(start, 4);
      if (number.length < 4) return null;
      if (number.readUInt32BE(0) === 1) return read(start + 4, firstBytes);
    }
    return null;
  });
}

// The write-ahead log contains new versions of pages: the last committed version counts. A running server restarts its
// log from time to time, and overwrites what is being read.
function firstPageOfWal(file: string): Buffer | null {
  if (!isFilled(file)) return null;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const page = committedFirstPage(file);
    if (page !== 'overwritten') return page;
  }
  return null;
}

function committedFirstPage(file: string): Buffer | null | 'overwritten' {
  return reading(file, (read) => {
    const header = read(0, walHeaderBytes);
    if (header.length < walHeaderBytes || !walMagics.includes(header.readUInt32BE(0))) return null;
    const frameBytes = frameHeaderBytes + header.readUInt32BE(8);
    const salts = header.subarray(16, 24);
    let pending: number | null = null;
    let committed: number | null = null;
    for (let start = walHeaderBytes; ; start += frameBytes) {
      const frame = read(start, frameHeaderBytes);
      if (frame.length < frameHeaderBytes || !frame.subarray(8, 16).equals(salts)) break;
      if (frame.readUInt32BE(0) === 1) {
        // While a frame is being written, its page comes last.
        if (!isFirstPage(read(start + frameHeaderBytes, magic.length))) break;
        pending = start + frameHeaderBytes;
      }
      // The last frame of a transaction contains the size of the file.
      if (frame.readUInt32BE(4) !== 0) committed = pending;
    }
    const page = committed === null ? null : read(committed, firstBytes);
    // A log that restarts gets a new header before anything else in it changes.
    const isSame = read(0, walHeaderBytes).equals(header);
    return isSame ? page : 'overwritten';
  });
}

function isFirstPage(page: Buffer): boolean {
  return page.toString('latin1', 0, magic.length) === magic;
}

function isFilled(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function reading<T>(file: string, work: (read: (start: number, bytes: number) => Buffer) => T): T {
  const descriptor = openSync(file, 'r');
  try {
    return work((start, bytes) => {
      const buffer = Buffer.alloc(bytes);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, start));
    });
  } finally {
    closeSync(descriptor);
  }
}
