// The docs are complete: settings, error codes, routes and metrics.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markSuffixes, problemSentences, spanProblems } from '@anthracite/protocol';
import { settingNames, settingsTable } from '../src';
import { describeValue } from '../src/doors/http/answer/openapi-page';
import { requestErrors } from '../src/doors/http/request/request-error';
import { spanParameters } from '../src/doors/http/request/span-query';
import { listFormatNames, listFormats } from '../src/formats/registry';
import { graphiteFunctions } from '../src/graphite/functions';
import { storeErrors } from '../src/storage/store-error';
import { deliveryDefinitions, gainDefinitions, incidentDefinitions } from '../src/web/report/definitions';
import { start } from './start';

const root = join(__dirname, '../../..');
// Tables are padded to align their columns, which is not compared.
const read = (file: string): string => readFileSync(join(root, file), 'utf8').replace(/ {2,}/g, ' ');

test('documents every setting in docs/settings.md with its default and meaning', () => {
  const text = read('docs/settings.md');
  for (const name of settingNames) {
    const { default: value, unit, doc } = settingsTable[name];
    const shown = String(value) === '' ? '(empty)' : String(value);
    expect(text).toContain(`| \`${name}\` | \`${shown}\` | ${unit} | ${doc} |`);
  }
  const documented = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
  expect(documented.sort()).toEqual([...settingNames].sort());
});

test('documents every error code in docs/errors.md with its status and sentence', () => {
  const text = read('docs/errors.md');
  const rows: [string, number, string][] = [
    ...Object.entries(problemSentences).map(([code, sentence]): [string, number, string] => [
      code,
      400,
      sentence,
    ]),
    ...Object.entries({ ...requestErrors, ...storeErrors }).map(
      ([code, [status, sentence]]): [string, number, string] => [code, status, sentence],
    ),
  ];
  for (const [code, status, sentence] of rows) {
    const shown = sentence
      .replaceAll('|', '\\|')
      .replace(/\{(\w+)\}/g, '_$1_')
      .replaceAll('<', '&lt;');
    expect(text).toContain(`| \`${code}\` | ${status} | ${shown} |`);
  }
  const documented = [...text.matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map((match) => match[1] as string);
  expect(documented.sort()).toEqual(rows.map(([code]) => code).sort());
});

test('documents every route in docs/http.md or docs/graphite.md', async () => {
  const server = await start();
  const text = (read('docs/http.md') + read('docs/graphite.md')).replaceAll('\\', '');
  const tree = server.app.http.app.printRoutes({ commonPrefix: false, includeHooks: false });
  const routes = routesOf(tree);
  expect(routes.length).toBeGreaterThan(20);
  for (const route of routes) expect(text).toContain(route.replace(/\/$/, '').replace(/:(\w+)/g, '<$1>'));
});

test('documents every format in docs/formats.md with its properties', () => {
  const text = read('docs/formats.md');
  for (const name of listFormatNames) {
    const { contentType, extension, isLossless, isFile } = listFormats[name];
    const [lossless, saved] = [isLossless, isFile].map((is) => (is ? 'yes' : 'no'));
    expect(text).toContain(`| \`${name}\` | \`${contentType}\` | ${extension} | ${lossless} | ${saved} |`);
  }
  const documented = [...text.matchAll(/^\| `(\w+)` \| `\w+\/\S+[^|]* \|/gm)].map((match) => match[1]);
  expect(documented.sort()).toEqual([...listFormatNames].sort());
});

test('documents every ending of marks, and every problem of marks, in docs/spans.md', () => {
  const text = read('docs/spans.md');
  for (const suffix of Object.keys(markSuffixes)) expect(text).toContain(`\`${suffix}\``);
  for (const [problem, sentence] of Object.entries(spanProblems)) {
    expect(text).toContain(`| \`${problem}\` | ${sentence} |`);
  }
});

test('defines every figure of the report in docs/report.md as on its page', () => {
  const text = read('docs/report.md');
  for (const table of [incidentDefinitions, gainDefinitions, deliveryDefinitions]) {
    for (const [name, definition] of Object.entries(table)) {
      expect(text).toContain(`| \`${name}\` | ${definition.text} |`);
    }
  }
});

test('documents every parameter of spans in docs/spans.md', () => {
  const text = read('docs/spans.md');
  for (const [name, { doc, schema }] of Object.entries(spanParameters))
    expect(text).toContain(`| \`${name}\` | ${doc} | ${describeValue(schema)} |`);
});

test('documents every function of /render in docs/graphite.md', () => {
  const text = read('docs/graphite.md');
  for (const name of Object.keys(graphiteFunctions)) expect(text).toContain(`\`${name}\``);
});

test('documents every metric in docs/operations.md', async () => {
  const server = await start();
  const text = read('docs/operations.md');
  const metrics = await (await server.fetch('/metrics')).text();
  const names = [...metrics.matchAll(/^# TYPE (anthracite_\w+)/gm)].map((match) => match[1] as string);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(text).toMatch(new RegExp(`\`${name}[{\`]`));
});

// The paths of Fastify's listing of its routes: a tree, drawn with four characters a level.
function routesOf(tree: string): string[] {
  const path: string[] = [];
  const routes: string[] = [];
  for (const line of tree.split('\n')) {
    const match = /^([│ ]*)[├└]── (\S+)( \(.*\)(?: \{.*\})?)?$/.exec(line);
    if (!match) continue;
    const depth = (match[1]?.length ?? 0) / 4;
    path.splice(depth, path.length, match[2] === '(empty' ? '' : (match[2] as string));
    if (match[3]) routes.push(path.join(''));
  }
  return routes;
}
