// Damages SQLite files as failing disks do: changes some bytes in place, without SQLite.

import { readFileSync, writeFileSync } from 'node:fs';

const pageBytes = 4_096;
const kinds = { index: [0x02, 0x0a], table: [0x05, 0x0d] } as const;

/** Changes a file's content in place. */
export function damage(file: string, change: (content: Buffer) => void): void {
  const content = readFileSync(file);
  change(content);
  writeFileSync(file, content);
}

/**
 * Finds bytes in the index pages, or the table pages, of a file, and overwrites from `offset` bytes after their start. A page can
 * contain them more than once, because SQLite does not clear moved content.
 */
export function damageBytes(
  file: string,
  kind: keyof typeof kinds,
  bytes: Buffer,
  others: Buffer,
  offset = 0,
): void {
  damage(file, (content) => {
    const places: number[] = [];
    for (let at = content.indexOf(bytes); at >= 0; at = content.indexOf(bytes, at + 1)) {
      const page = Math.floor(at / pageBytes) * pageBytes;
      if (kinds[kind].some((first) => first === content[page])) places.push(at);
    }
    if (places.length === 0) throw new Error(`no page has these bytes`);
    for (const place of places) others.copy(content, place + offset);
  });
}

/** A current time in milliseconds as SQLite writes it into a record. */
export function timeBytes(time: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(time, 0, 6);
  return bytes;
}
