// Serves the built assets of the pages. Each has a name that changes with its content: browsers keep them for good.

import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import Negotiator from 'negotiator';
import type { Assets } from '../web/assets';
import { RequestError } from './request-error';
import { route } from './route-options';

const folder = join(__dirname, '../../assets');
const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What the build tells of an asset: its file, and those that it imports, at once and later. */
interface Built {
  readonly file: string;
  readonly imports: readonly string[];
  readonly laterImports: readonly string[];
}

type Encoding = 'br' | 'gzip' | 'identity';

/** A built file, in all ways in which it is sent. */
class AssetFile {
  readonly contentType: string;
  readonly #bytes = new Map<Encoding, Buffer>();

  constructor(name: string) {
    this.contentType = contentTypes[extname(name)] ?? 'application/octet-stream';
    this.#bytes.set('identity', readFileSync(join(folder, name)));
  }

  /** Compressed once, when it is first asked for. */
  encoded(encoding: Encoding): Buffer {
    const plain = this.#bytes.get('identity') as Buffer;
    let bytes = this.#bytes.get(encoding);
    if (bytes === undefined) {
      bytes =
        encoding === 'br'
          ? brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
          : gzipSync(plain, { level: 9 });
      this.#bytes.set(encoding, bytes);
    }
    return bytes;
  }
}

/** Adds the route, and returns how pages name what it serves. */
export function addAssetRoutes(app: FastifyInstance): Assets {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Built>;
  const files = new Map(Object.values(manifest).map(({ file }) => [file, new AssetFile(file)]));
  const options = route({
    summary: 'A script, style sheet or picture of the pages',
    needs: 'nothing',
    answers: { 200: 'the file', 404: 'there is none' },
  });
  app.get<{ Params: { name: string } }>('/assets/:name', options, (request, reply) => {
    const file = files.get(request.params.name);
    if (file === undefined) throw RequestError.of('NOT_FOUND', { value: request.params.name });
    const encoding = (new Negotiator(request.raw).encoding(['br', 'gzip', 'identity']) ??
      'identity') as Encoding;
    if (encoding !== 'identity') reply.header('Content-Encoding', encoding);
    return reply
      .header('Cache-Control', 'public, max-age=31536000, immutable')
      .header('Vary', 'Accept-Encoding')
      .type(file.contentType)
      .send(file.encoded(encoding));
  });
  const built = (name: string): Built => {
    const found = manifest[name];
    if (found === undefined) throw new Error(`there is no asset ${name}`);
    return found;
  };
  return {
    url: (name) => addressOf(built(name).file),
    imports: (name) => built(name).imports.map(addressOf),
    laterImports: (name) => built(name).laterImports.map(addressOf),
  };
}

const addressOf = (file: string): string => `/assets/${file}`;
