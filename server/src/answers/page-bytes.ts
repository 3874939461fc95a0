// Collects the text of a page: of single events, and of blocks that the database has written.

import { isAscii } from 'node:buffer';
import { toAscii } from '../formats/ascii';

// In its own memory, which can be transferred to another thread: small buffers share theirs.
const utf8 = new TextEncoder();
const del = 0x7f;

export class PageBytes {
  readonly #separator: string;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  // One growing string: joining a list of strings takes several times as long.
  #text = '';
  #count = 0;

  constructor(separator: string) {
    this.#separator = separator;
  }

  /** Number of events. */
  get count(): number {
    return this.#count;
  }

  /** Approximate bytes: those of single events are counted as characters. */
  get length(): number {
    return this.#bytes + this.#text.length;
  }

  /** Adds the text of an event. */
  add(text: string): void {
    this.#text += this.#count++ === 0 ? text : this.#separator + text;
  }

  /** Adds the bytes of several events, with the separators between them. */
  addBytes(bytes: Uint8Array, count: number): void {
    if (this.#count > 0) this.#text += this.#separator;
    this.#endText();
    this.#push(bytes);
    this.#count += count;
  }

  /** All bytes, in memory of their own. */
  toBytes(): Uint8Array {
    const [first] = this.#pieces;
    if (first === undefined) return utf8.encode(this.#text);
    this.#endText();
    return this.#pieces.length === 1 ? first : concat(this.#pieces, this.#bytes);
  }

  #endText(): void {
    if (this.#text === '') return;
    this.#push(utf8.encode(this.#text));
    this.#text = '';
  }

  #push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
  }
}

/** JSON as UTF-8, with all other characters than ASCII escaped. */
export function inAscii(json: Uint8Array): Uint8Array {
  return isAscii(json) && !json.includes(del) ? json : utf8.encode(toAscii(Buffer.from(json).toString()));
}

function concat(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
