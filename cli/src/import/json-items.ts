// Splits JSON into the items of its list as its bytes arrive: nothing but the item under way is held. Pure.

import { isUtf8 } from 'node:buffer';
import { ImportError } from './found';

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
// More than the longest event has when all of it is escaped.
const maxItemBytes = 16 * 1_048_576;
const maxFrameBytes = 65_536;
// The lists of ours, and of a search of Elasticsearch.
const listName = /"(?:events|hits)"\s*:\s*$/;

/**
 * Takes the bytes of one JSON document, or of several one after the other. Items are the elements of a document that is
 * a list, or of the list in its `events` or `hits`; a document without a list is an item itself.
 */
export class JsonItems {
  #parts: Buffer[] = [];
  #size = 0;
  /** What stands around the list, without its items. */
  #frame = '';
  #depth = 0;
  #list: 'not yet' | 'within' | 'behind' = 'not yet';
  /** The depth within the list. */
  #listDepth = 0;
  #inString = false;
  #isEscaped = false;

  /** Takes the next bytes, and gives the items that end in them. Throws an `ImportError` where the bytes are no JSON. */
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
          if (this.#list === 'not yet' && this.#beginsList(chunk.subarray(from, at))) {
            this.#frame = this.#take(chunk.subarray(from, at + 1), maxFrameBytes);
            this.#list = 'within';
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
            this.#list = 'behind';
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
        throw new ImportError('a bracket is closed that was never opened; this is no JSON');
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
      throw new ImportError('the JSON ends in the middle; it was cut off. What came before that is taken');
    }
  }

  #isBetweenItems(): boolean {
    return this.#list === 'within' && this.#depth === this.#listDepth;
  }

  #beginsList(before: Buffer): boolean {
    if (this.#depth === 0) return true;
    return listName.test(
      Buffer.concat([...this.#parts, before])
        .subarray(-64)
        .toString('latin1'),
    );
  }

  *#item(last: Buffer): Generator<string> {
    const text = this.#take(last, maxItemBytes).trim();
    if (text !== '') yield text;
  }

  *#document(last: Buffer): Generator<string> {
    const hadList = this.#list === 'behind';
    const text = this.#take(last, hadList ? maxFrameBytes : maxItemBytes);
    this.#list = 'not yet';
    if (!hadList) {
      yield text.trim();
      return;
    }
    // A list that was cut says so beside its events.
    if (isTruncated(this.#frame + text)) yield '{"truncated":true}';
  }

  #keep(bytes: Buffer): void {
    this.#size += bytes.length;
    if (this.#size > maxItemBytes)
      throw new ImportError(`an item has more than ${maxItemBytes} bytes; this is no list of events`);
    // Chunks may be used again by whoever reads them.
    if (bytes.length > 0) this.#parts.push(Buffer.from(bytes));
  }

  #take(last: Buffer, maxBytes: number): string {
    const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#size = 0;
    if (bytes.length > maxBytes)
      throw new ImportError(
        `the JSON around the events has more than ${maxBytes} bytes; this is no list of events`,
      );
    if (!isUtf8(bytes))
      throw new ImportError('the bytes are not valid UTF-8; send UTF-8, it is never repaired');
    return bytes.toString('utf8');
  }
}

function isTruncated(frame: string): boolean {
  try {
    return (JSON.parse(frame) as { truncated?: unknown }).truncated === true;
  } catch (error) {
    throw new ImportError(`what stands around the events is no JSON: ${(error as Error).message}`);
  }
}
