// docs/http-api.md lists every operation with its parameters and responses, as in the OpenAPI document. To update it:
// run this test with ANTHRACITE_WRITE_DOCS=1.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '@anthracite/protocol/api';
import type { OpenApiDocument, Operation } from '../../src/doors/http/answer/openapi-document';
import { accessOf, describeValue } from '../../src/doors/http/answer/openapi-page';
import { start } from '../start';

const file = join(__dirname, '../../../../docs/http-api.md');
const head = `# Reference of the HTTP API

Look up the parameters and the answers of each operation of the HTTP API. This page is generated from \`/openapi.json\`;
[http.md](http.md) explains what the operations do. The names of operations do not change, so generated clients can use them as names of functions.

_Access_ is the role of the token that the operation needs; [access.md](access.md) explains roles, and when a token is needed.

To generate a typed client for TypeScript, use \`openapi-typescript\` with \`openapi-fetch\`. This pair is small: it turns the
document into types, and sends requests with \`fetch\`.

    $ npx openapi-typescript http://127.0.0.1:2006/openapi.json -o anthracite.d.ts

Where a heading has GET and POST, the POST accepts the same parameters as a form. The POST is a separate operation: it has the name of
the GET with \`ByForm\` at the end, such as \`listSpans\` and \`listSpansByForm\`. If an operation fails,
the answer is an [Error](#error), unless the operation lists another answer.
`;

test('agrees with the OpenAPI document', async () => {
  const server = await start();
  const document = (await server.json('/openapi.json')) as OpenApiDocument;
  const page = pageOf(document);
  if (process.env['ANTHRACITE_WRITE_DOCS'] === '1') writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});

function pageOf({ paths, components: { schemas } }: OpenApiDocument): string {
  const sorted = Object.entries(paths).sort(([one], [other]) => (one < other ? -1 : 1));
  const operations = sorted.flatMap(([path, some]) =>
    Object.entries(some)
      .filter(([, { operationId }]) => !operationId.endsWith('ByForm'))
      .map(([method, operation]) => sectionOf(method, path, operation, some)),
  );
  const shapes = Object.entries(schemas).map(([name, schema]) => shapeOf(name, schema));
  return `${head}\n## Operations\n\n${operations.join('\n')}\n## Shapes\n\n${shapes.join('\n')}`;
}

function sectionOf(
  method: string,
  path: string,
  operation: Operation,
  others: Readonly<Record<string, Operation>>,
): string {
  const { operationId, summary, parameters = [], requestBody, responses } = operation;
  const byForm = Object.entries(others).find(([, other]) => other.operationId === `${operationId}ByForm`);
  const methods = [method, ...(byForm ? [byForm[0]] : [])].map((one) => one.toUpperCase()).join(', ');
  const lines = [
    `Operation \`${operationId}\`; access: ${accessOf(operation)}.`,
    ...Object.entries(requestBody?.content ?? {}).map(
      ([type, { schema }]) => `Body \`${type}\`: ${nameOf(schema)}.`,
    ),
    ...Object.entries(responses)
      .filter(([status]) => status !== 'default')
      .map(([status, { description, content = {} }]) => {
        const shapes = Object.entries(content).map(([type, { schema }]) => `\`${type}\` ${nameOf(schema)}`);
        return `${status}: ${description}${Number(status) < 400 && shapes.length > 0 ? ` (${shapes.join(', ')})` : ''}.`;
      }),
  ];
  const rows = parameters
    .filter((one) => one.in !== 'path')
    .map(({ name, in: place, description = '', schema }) => [
      `\`${name}\`${place === 'header' ? ' (header)' : ''}`,
      description,
      describeValue(schema) || 'text',
    ]);
  return `### ${methods} ${path.replace(/[<>]/g, '')}\n\n${summary}.\n\n${lines.map((line) => `- ${line}`).join('\n')}\n${rows.length === 0 ? '' : `\n${tableOf(['parameter', 'meaning', 'values'], rows)}`}`;
}

function shapeOf(name: string, { description = '', properties = {}, required = [] }: JsonSchema): string {
  const rows = Object.entries(properties).map(([field, schema]) => [
    `\`${field}\`${required.includes(field) ? '' : ' (optional)'}`,
    schema.description ?? '',
    nameOf(schema),
  ]);
  return `### ${name}\n\n${description}\n${rows.length === 0 ? '' : `\n${tableOf(['field', 'meaning', 'type'], rows)}`}`;
}

// A short description of a schema.
function nameOf(schema: JsonSchema): string {
  const { $ref, type, enum: words, anyOf, items, prefixItems, const: only } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (anyOf !== undefined) return anyOf.map(nameOf).join(' or ');
  if (prefixItems !== undefined) return `pair of ${prefixItems.map(nameOf).join(' and ')}`;
  if (items !== undefined && items !== false) return `list of ${nameOf(items)}`;
  if (only !== undefined) return `\`${only}\``;
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  return [type ?? 'any'].flat().join(' or ');
}

function tableOf(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/\|/g, '\\|').replace(/\n/g, ' ')));
  const widths = titles.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return `${[line(titles), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n')}\n`;
}
