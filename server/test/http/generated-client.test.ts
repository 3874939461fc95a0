// A client generated from the OpenAPI document compiles in strict mode and works.

import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@anthracite/testing';
import { start } from '../start';

// The compiler of this project; the generator has another version.
const root = join(__dirname, '../../../..');
const execute = promisify(execFile);
const program = `
import createClient from 'openapi-fetch';
import type { paths } from './api.js';

const api = createClient<paths>({ baseUrl: process.argv[2] ?? '' });

const submitted = await api.POST('/events', {
  body: { type: 'incident_sev2_start', tags: ['env=prod'], time: '-2h', description: 'shop is down' },
});
if (submitted.data === undefined || !('id' in submitted.data)) throw new Error(submitted.error?.error);
const { id } = submitted.data;

const query = { type: ['incident_*', '!incident_sev9'], any: ['env=prod'], order: 'descending', limit: 10 } as const;
const listed = await api.GET('/events/json', { params: { query: { ...query, type: [...query.type], any: [...query.any] } } });
const descriptions: string[] | undefined = listed.data?.events.map(({ description }) => description);
// @ts-expect-error The order is unknown.
const refused = await api.GET('/events/json', { params: { query: { order: 'sideways' } } });

const read = await api.GET('/events/{id}', { params: { path: { id } }, headers: { accept: 'application/json' } });
const etag = read.response.headers.get('etag') ?? '';
const change = { params: { path: { id }, header: { 'If-Match': etag } } };
const edited = await api.PATCH('/events/{id}', { ...change, body: { description: 'shop was down' } });
const late = await api.PATCH('/events/{id}', { ...change, body: { description: 'shop is slow' } });

const report = await api.GET('/report', { params: { query: { from: '-1d', period: 'year' } } });
const open: number | undefined = report.data?.incidents.open;
const spans = await api.GET('/spans', { params: { query: { state: ['open'], severity: ['2'] } } });
const levels: (1 | 2 | 3 | 4 | null)[] | undefined = spans.data?.spans.map(({ severity }) => severity);

process.stdout.write(JSON.stringify({
  descriptions, refused: refused.error?.code, edited: edited.data?.description, late: late.error?.code, open, levels,
}));
`;

// Compilation is slow on slow machines.
test('submits, queries, edits and reads a report with a generated client', async () => {
  const server = await start();
  const folder = temporaryFolder();
  const inFolder = (name: string): string => join(folder, name);
  writeFileSync(inFolder('openapi.json'), await (await server.fetch('/openapi.json')).text());
  await run(join(packageOf('openapi-typescript'), 'bin/cli.js'), [
    inFolder('openapi.json'),
    '-o',
    inFolder('api.d.ts'),
  ]);
  mkdirSync(inFolder('node_modules'));
  symlinkSync(packageOf('openapi-fetch'), inFolder('node_modules/openapi-fetch'));
  writeFileSync(inFolder('package.json'), '{"type": "module"}');
  writeFileSync(inFolder('client.ts'), program);
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: true },
    ...{ target: 'es2022', module: 'node16', lib: ['es2022', 'dom'] },
    ...{ typeRoots: [dirname(packageOf('@types/node', root))], types: ['node'] },
  };
  writeFileSync(inFolder('tsconfig.json'), JSON.stringify({ compilerOptions, files: ['client.ts'] }));
  await run(join(packageOf('typescript', root), 'bin/tsc'), ['-p', folder]);
  expect(JSON.parse(await run(inFolder('client.js'), [server.url]))).toEqual({
    descriptions: ['shop is down'],
    refused: 'BAD_PARAMETER',
    edited: 'shop was down',
    late: 'EVENT_CHANGED',
    open: 1,
    levels: [2],
  });
}, 60_000);

// The server, which is in this process, answers meanwhile.
async function run(script: string, args: readonly string[]): Promise<string> {
  try {
    return (await execute(process.execPath, [script, ...args])).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${script} failed: ${stdout}${stderr}`);
  }
}

function packageOf(name: string, from = __dirname): string {
  return dirname(require.resolve(`${name}/package.json`, { paths: [from] }));
}
