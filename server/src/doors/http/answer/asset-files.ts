// Serves the built assets of the pages. An asset's name changes with its content, so browsers may cache it permanently.

import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import Negotiator from 'negotiator';
import type { Assets } from '../../../web/assets';
import { RequestError } from '../request/request-error';
import { route } from '../request/route-options';

const folder = join(__dirname, '../../../../assets');
const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** An asset of the build manifest: its file, and the files that it imports statically and dynamically. */
interface Built {
  readonly file: string;
  readonly imports: readonly string[];
  readonly laterImports: readonly string[];
}

/** The encodings of the built files, and their file name suffixes. */
const endings = { br: '.br', gzip: '.gz', identity: '' } as const;
type Encoding = keyof typeof endings;
const encodings = Object.keys(endings) as Encoding[];

/** Adds the route, and returns the URLs of assets for the pages. */
export function addAssetRoutes(app: FastifyInstance): Assets {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Built>;
  const files = new Map(Object.values(manifest).map(({ file }) => [file, readEncodings(file)]));
  const options = route({
    id: 'getAsset',
    summary: 'Returns a JavaScript file, style sheet or image of the pages',
    needs: 'nothing',
    answers: { 200: 'the file', 404: 'no file has this name' },
  });
  app.get<{ Params: { name: string } }>('/assets/:name', options, (request, reply) => {
    const file = files.get(request.params.name);
    if (file === undefined) throw RequestError.of('NOT_FOUND', { value: request.params.name });
    const encoding = (new Negotiator(request.raw).encoding(encodings) ?? 'identity') as Encoding;
    if (encoding !== 'identity') reply.header('Content-Encoding', encoding);
    return reply
      .header('Cache-Control', 'public, max-age=31536000, immutable')
      .header('Vary', 'Accept-Encoding')
      .type(contentTypes[extname(request.params.name)] ?? 'application/octet-stream')
      .send(file[encoding]);
  });
  const built = (name: string): Built => {
    const found = manifest[name];
    if (found === undefined) throw new Error(`asset ${name} not found`);
    return found;
  };
  return {
    url: (name) => addressOf(built(name).file),
    imports: (name) => built(name).imports.map(addressOf),
    laterImports: (name) => built(name).laterImports.map(addressOf),
  };
}

function readEncodings(file: string): Readonly<Record<Encoding, Buffer>> {
  const read = (encoding: Encoding): Buffer => readFileSync(join(folder, file + endings[encoding]));
  return { br: read('br'), gzip: read('gzip'), identity: read('identity') };
}

const addressOf = (file: string): string => `/assets/${file}`;
