// The annotations of a live Grafana: of Anthracite's own copy of its API, and of a server that answers as Grafana does at the edges.

import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { atEnd, temporaryFolder } from '@anthracite/testing';
import { command, startServer } from '../in-process';

interface Annotation {
  readonly time: number;
  readonly timeEnd: number;
  readonly text: string;
  readonly tags?: readonly string[];
  readonly dashboardUID: string;
  readonly panelId?: number;
}

const begin = Date.UTC(2026, 0, 5);

async function annotationsOf(url: string): Promise<unknown[]> {
  const answer = await fetch(`${url}/api/annotations?from=1&to=${begin * 2}&limit=20000`);
  const items = (await answer.json()) as Annotation[];
  return items
    .map(({ time, timeEnd, text, tags, dashboardUID, panelId }) =>
      JSON.stringify([time, timeEnd, text, tags, dashboardUID, panelId]),
    )
    .sort();
}

/** Starts a server; resolves with its URL. It ends with the test file. */
async function answering(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('imports points, regions and places from the annotations API, and only duplicates the second time', async () => {
  const [from, to] = [await startServer(), await startServer()];
  const add = (annotation: object): Promise<Response> =>
    fetch(`${from}/api/annotations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(annotation),
    });
  await add({ time: begin, text: 'release <b>42</b>', tags: ['deploy_shop', 'env:prod'] });
  await add({ time: begin + 1, timeEnd: begin + 3_600_000, text: 'maintenance', tags: ['maintenance'] });
  await add({ time: begin + 2, text: 'no tags', dashboardUID: 'ab12', panelId: 7 });
  const source = `${from}/api/annotations`;
  const first = await command(to, ['import', source]);
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout.toString()).toBe('stored=4 duplicate=0 rejected=0\n');
  expect(await annotationsOf(to)).toEqual(await annotationsOf(from));
  const again = await command(to, ['import', source]);
  expect(again.stdout.toString()).toBe('stored=0 duplicate=4 rejected=0\n');
});

test('halves windows with more annotations than one answer can have, and reads regions once', async () => {
  const asked: string[] = [];
  const all = Array.from({ length: 12_000 }, (_, i) => ({
    ...{ id: i + 1, time: begin + i * 1_000, text: `change ${i}`, tags: ['change'] },
    timeEnd: i === 0 ? begin + 12_000_000 : begin + i * 1_000,
  }));
  const url = await answering((request, response) => {
    const query = new URL(request.url ?? '', 'http://grafana').searchParams;
    asked.push(`${request.headers.authorization} ${query.get('type')}`);
    const [first, last, limit] = ['from', 'to', 'limit'].map((name) => Number(query.get(name)));
    const found = all.filter(({ time, timeEnd }) => time <= (last ?? 0) && timeEnd >= (first ?? 0));
    response.end(JSON.stringify(found.reverse().slice(0, limit)));
  });
  const tokenFile = join(temporaryFolder(), 'grafana.token');
  writeFileSync(tokenFile, 'glsa_token-of-a-service-account\n');
  const to = await startServer();
  const { stdout, exitCode } = await command(to, [
    ...['import', `${url}/api/annotations/`, '--source-token-file', tokenFile],
    ...['--from', '2026-01-01', '--until', '2026-02-01'],
  ]);
  expect(stdout.toString()).toBe('stored=12001 duplicate=0 rejected=0\n');
  expect(exitCode).toBe(0);
  expect(new Set(asked)).toEqual(new Set(['Bearer glsa_token-of-a-service-account annotation']));
  expect(asked.length).toBeLessThan(40);
});

test.each<[string, number, string, number, RegExp]>([
  ['refuses access', 401, '{"message":"Unauthorized"}', 1, /refuses access \(401\).*--source-token-file/],
  ['answers with a page', 200, '<html>', 1, /does not answer like Grafana: its answer starts with "<html>"/],
  ['answers with an object', 200, '{"a":1}', 1, /does not answer like Grafana/],
])('reports a server that %s', async (_what, status, body, exitCode, why) => {
  const url = await answering((_request, response) => {
    response.statusCode = status;
    response.end(body);
  });
  const ended = await command(await startServer(), ['import', `${url}/api/annotations`]);
  expect(ended.stderr).toMatch(why);
  expect(ended.exitCode).toBe(exitCode);
});

test('keeps annotations without a time or text as rejected lines', async () => {
  const url = await answering((_request, response) => {
    response.end(
      JSON.stringify([
        { id: 1, text: 'a' },
        { id: 2, time: begin, timeEnd: begin, text: '' },
      ]),
    );
  });
  const to = await startServer();
  const { stdout, stderr } = await command(to, ['import', `${url}/api/annotations`, '--force']);
  expect(stdout.toString()).toBe('stored=0 duplicate=0 rejected=2\n');
  expect(stderr).toContain('annotation "1" is not valid: it has no time');
  expect(stderr).toContain('annotation "2" is not valid: "text" is missing or empty');
});

test.each(['-', 'http://graphite.example'])(
  'refuses a token file for %j, which is not a Grafana',
  async (source) => {
    const { exitCode, stderr } = await command(await startServer(), [
      'import',
      source,
      '--source-token-file',
      __filename,
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--source-token-file/);
  },
);
