// Splits JSON into the items of its list, as a stream that holds only the current item. Pure.

import { isUtf8 } from 'node:buffer';
import { ImportError } from './found';

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
// Larger than the longest event with all characters escaped.
const maxItemBytes = 16 * 1_048_576;
const maxFrameBytes = 65_536;
// The names of lists in Anthracite's JSON and in search results of Elasticsearch.
const listNameBytes = 64;
const listName = /"(?:events|hits)"\s*:\s*$/;

/**
 * Takes the bytes of one or more JSON documents. Items are the elements of a document that is a list, or of the list in its
 * `events` or `hits`. A document without a list is one item.
 */
export class JsonItems {
  #parts: Buffer[] = [];
  #size = 0;
  /** The JSON around the list, without its items. */
  #frame = '';
  #depth = 0;
  #list: 'before' | 'inside' | 'after' = 'before';
  /** The depth within the list. */
  #listDepth = 0;
  #inString = false;
  #isEscaped = false;

  /** Takes the next bytes, and yields the items that end in them. Throws an `ImportError` if the bytes are not JSON. */
  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#inString = false;
        continue;
      }
      switch (byte) {
        case quote:
          this.#inString = true;
          break;
        case openBrace:
          this.#depth++;
          break;
        case openBracket:
          if (this.#list === 'before' && this.#beginsList(chunk.subarray(from, at))) {
            this.#frame = this.#take(chunk.subarray(from, at + 1), maxFrameBytes);
            this.#list = 'inside';
            this.#listDepth = this.#depth + 1;
            from = at + 1;
          }
          this.#depth++;
          break;
        case comma:
          if (this.#isBetweenItems()) {
            yield* this.#item(chunk.subarray(from, at));
            from = at + 1;
          }
          break;
        case closeBracket:
          if (this.#isBetweenItems()) {
            yield* this.#item(chunk.subarray(from, at));
            this.#list = 'after';
            from = at;
          }
          this.#depth--;
          break;
        case closeBrace:
          this.#depth--;
          break;
        default:
          continue;
      }
      if (this.#depth < 0)
        throw new ImportError('the JSON is not valid: it has a closing bracket without an opening one');
      if (this.#depth === 0 && (byte === closeBrace || byte === closeBracket)) {
        yield* this.#document(chunk.subarray(from, at + 1));
        from = at + 1;
      }
    }
    this.#keep(chunk.subarray(from));
  }

  /** Ends the input. Throws an `ImportError` when it ends within a document. */
  end(): void {
    const rest = this.#take(Buffer.alloc(0), maxItemBytes);
    if (this.#depth !== 0 || this.#inString || rest.trim() !== '') {
      throw new ImportError('the JSON is incomplete: it ends within an item. Items before it are imported');
    }
  }

  #isBetweenItems(): boolean {
    return this.#list === 'inside' && this.#depth === this.#listDepth;
  }

  #beginsList(before: Buffer): boolean {
    if (this.#depth === 0) return true;
    // Only the last bytes matter; they may be spread over several parts.
    const ends = [before.subarray(-listNameBytes)];
    for (let at = this.#parts.length - 1, bytes = before.length; at >= 0 && bytes < listNameBytes; at--) {
      const part = this.#parts[at] as Buffer;
      ends.unshift(part.subarray(-listNameBytes));
      bytes += part.length;
    }
    return listName.test(Buffer.concat(ends).subarray(-listNameBytes).toString('latin1'));
  }

  *#item(last: Buffer): Generator<string> {
    const text = this.#take(last, maxItemBytes).trim();
    if (text !== '') yield text;
  }

  *#document(last: Buffer): Generator<string> {
    const hadList = this.#list === 'after';
    const text = this.#take(last, hadList ? maxFrameBytes : maxItemBytes);
    this.#list = 'before';
    if (!hadList) {
      yield text.trim();
      return;
    }
    // A truncated list has a field for it next to its events.
    if (isTruncated(this.#frame + text)) yield '{"truncated":true}';
  }

  #keep(bytes: Buffer): void {
    this.#size += bytes.length;
    if (this.#size > maxItemBytes)
      throw new ImportError(`an item has more than ${maxItemBytes} bytes; the JSON is not a list of events`);
    // The reader may reuse its chunks, so they are copied.
    if (bytes.length > 0) this.#parts.push(Buffer.from(bytes));
  }

  #take(last: Buffer, maxBytes: number): string {
    const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#size = 0;
    if (bytes.length > maxBytes)
      throw new ImportError(
        `the JSON around the events has more than ${maxBytes} bytes; it is not a list of events`,
      );
    if (!isUtf8(bytes)) throw new ImportError('the JSON is not valid UTF-8; convert it to UTF-8');
    return bytes.toString('utf8');
  }
}

function isTruncated(frame: string): boolean {
  try {
    return (JSON.parse(frame) as { truncated?: unknown }).truncated === true;
  } catch (error) {
    throw new ImportError(`the JSON around the events is not valid: ${(error as Error).message}`);
  }
}
