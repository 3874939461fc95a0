// Reads Anthracite's XML, as a stream. Entities that a document defines are not expanded.

import { TextDecoder } from 'node:util';
import { parser as createParser, type Tag } from 'sax';
import { type Found, foundInItem, ImportError } from './found';

const maxTextChars = 16 * 1_048_576;

interface EventUnderWay {
  readonly id: string;
  readonly time: string;
  type: string | undefined;
  readonly tags: string[];
  description: string | undefined;
}

/** Yields the events of an `<events>` document. Throws an `ImportError` if it is not well-formed. */
export async function* readXml(bytes: AsyncIterable<Buffer>): AsyncGenerator<Found> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const document = new EventDocument();
  for await (const chunk of bytes) {
    yield* document.push(decode(decoder, chunk));
  }
  yield* document.push(decode(decoder));
  document.end();
}

function decode(decoder: TextDecoder, chunk?: Buffer): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new ImportError('the XML is not valid UTF-8; convert it to UTF-8');
  }
}

class EventDocument {
  readonly #parser = createParser(true);
  #found: Found[] = [];
  #path: string[] = [];
  #event: EventUnderWay | undefined;
  #text = '';
  #isJson = false;

  constructor() {
    const parser = this.#parser;
    parser.onerror = (error) => {
      throw new ImportError(`the XML is not well-formed: ${error.message.replaceAll('\n', ', ')}`);
    };
    parser.onopentag = (tag) => this.#open(tag as Tag);
    parser.ontext = (text) => this.#add(text);
    parser.oncdata = (text) => this.#add(text);
    parser.onclosetag = () => this.#close();
  }

  // Yields the items before an error, then throws it.
  *push(text: string): Generator<Found> {
    let fault: unknown;
    try {
      this.#parser.write(text);
    } catch (error) {
      fault = error;
    }
    yield* this.#found;
    this.#found = [];
    if (fault !== undefined) throw fault;
  }

  end(): void {
    this.#parser.close();
  }

  #open({ name, attributes }: Tag): void {
    if (this.#path.length === 0 && name !== 'events') {
      throw new ImportError(`the root element of the XML is <${name}>; expected <events>`);
    }
    this.#path.push(name);
    const place = this.#path.join('/');
    if (place === 'events/event') {
      const { id = '', time = '' } = attributes;
      this.#event = { id, time, type: undefined, tags: [], description: undefined };
    } else if (place === 'events/truncated') this.#found.push({ kind: 'truncated' });
    this.#text = '';
    this.#isJson = attributes['encoding'] === 'json';
  }

  #add(text: string): void {
    this.#text += text;
    if (this.#text.length > maxTextChars)
      throw new ImportError(`a text has more than ${maxTextChars} characters`);
  }

  #close(): void {
    const place = this.#path.join('/');
    this.#path.pop();
    const event = this.#event;
    if (event === undefined) return;
    if (place === 'events/event/type') event.type = this.#textOfElement();
    else if (place === 'events/event/tag') event.tags.push(this.#textOfElement());
    else if (place === 'events/event/description') event.description = this.#textOfElement();
    else if (place === 'events/event') {
      const { time, id, ...fields } = event;
      const isNumber = /^-?\d{1,15}$/.test(time);
      // Events of Anthracite have an id.
      const known = /^\d{1,15}$/.test(id) ? { id: Number(id) } : {};
      this.#found.push(foundInItem({ ...known, ...fields, time: isNumber ? Number(time) : time }));
      this.#event = undefined;
    }
  }

  #textOfElement(): string {
    if (!this.#isJson) return this.#text;
    try {
      const value: unknown = JSON.parse(this.#text);
      if (typeof value === 'string') return value;
    } catch {}
    throw new ImportError('an element has encoding="json", but its text is not a JSON string');
  }
}
