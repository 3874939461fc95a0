// Requests of other programs: reads their files, and sends them to the byte.

import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

/** A recorded or written request. */
export interface Fixture {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Pairs of name and value; a value has one character a byte. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** What it should become; null if nothing is said about that. */
  readonly events: readonly FixtureEvent[] | null;
}

/** An event; the time `now` is that of the receipt. */
export interface FixtureEvent {
  readonly time: number | 'now';
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
}

const folder = join(__dirname, '../../../test/fixtures');
// Set by the client of the test.
const ownHeaders = /^(host|content-length|connection|transfer-encoding|upgrade|http2-settings)$/i;

/** The requests of a folder such as `hooks/github`, in order of their names. */
export function fixturesOf(source: string): Fixture[] {
  const files = readdirSync(join(folder, source)).sort();
  return files
    .filter((file) => file.endsWith('.headers'))
    .sort((one, other) => (one.slice(0, -'.headers'.length) < other.slice(0, -'.headers'.length) ? -1 : 1))
    .map((file) => {
      const stem = join(folder, source, file.slice(0, -'.headers'.length));
      const [first = '', ...lines] = readFileSync(`${stem}.headers`, 'latin1').trimEnd().split('\n');
      const [method = '', path = ''] = first.split(' ');
      const read = (extension: string): Buffer | null =>
        files.includes(`${file.slice(0, -'.headers'.length)}${extension}`)
          ? readFileSync(stem + extension)
          : null;
      return {
        ...{ name: `${source}/${file.slice(0, -'.headers'.length)}`, method, path },
        headers: lines.map((line): [string, string] => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon), line.slice(colon + 1).trim()];
        }),
        body: read('.json') ?? Buffer.alloc(0),
        events: JSON.parse(read('.events.json')?.toString() ?? 'null') as readonly FixtureEvent[] | null,
      };
    });
}

/** The answer to a request. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Sends a request, with headers that replace those of the fixture. */
export function send(
  url: string,
  { method, path, headers, body }: Pick<Fixture, 'method' | 'path' | 'headers' | 'body'>,
  replaced: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const sent = Object.fromEntries(headers.filter(([name]) => !ownHeaders.test(name)));
  return new Promise((resolve, reject) => {
    const client = request(url + path, { method, headers: { ...sent, ...replaced } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        let json: Readonly<Record<string, unknown>> = {};
        try {
          json = JSON.parse(text) as Readonly<Record<string, unknown>>;
        } catch {} // an answer without JSON
        resolve({ status: response.statusCode ?? 0, text, json });
      });
    });
    client.on('error', reject);
    client.end(body);
  });
}
