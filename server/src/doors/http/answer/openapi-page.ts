// Shows the OpenAPI document as a page, and its values in words. Pure.

import type { JsonSchema } from '@anthracite/protocol/api';
import type { Need } from '../../../access/role';
import { escapeHtml, htmlPage } from '../../../formats/html';
import type { OpenApiDocument, Operation } from './openapi-document';

/** The document as an HTML page: each operation with its parameters and answers. */
export function openApiPage({ paths }: OpenApiDocument): string {
  const sections = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => sectionOf(method, path, operation)),
  );
  return htmlPage(
    'The HTTP API',
    `<h1>The HTTP API</h1>\n<p>As a document for programs: <a href="openapi.json">openapi.json</a>.</p>\n${sections.join('')}`,
  );
}

function sectionOf(method: string, path: string, operation: Operation): string {
  const { operationId, summary, parameters = [], requestBody, responses } = operation;
  const rows = [
    ...parameters.map(({ name, in: place, description = '', schema }) =>
      row(name, place, [description, describeValue(schema)].filter(Boolean).join('; ')),
    ),
    ...Object.keys(requestBody?.content ?? {}).map((type) => row(type, 'body', 'see openapi.json')),
    ...Object.entries(responses).map(([status, { description }]) => row(status, 'answer', description)),
  ];
  return `<h2>${code(`${method.toUpperCase()} ${path}`)}</h2>
<p>${escapeHtml(summary)}. Access: ${accessOf(operation)}. Operation: ${code(operationId)}.</p>
<dl>${rows.join('')}</dl>
`;
}

/** What a client needs for an operation, in words. */
export function accessOf({ 'x-needs': needs }: Operation): string {
  return accesses[needs];
}

const accesses: Readonly<Record<Need, string>> = {
  nothing: 'everybody',
  read: 'role read',
  feed: 'role read or feed',
  write: 'role write',
  edit: 'roles read and write',
  admin: 'role admin',
  signature: 'a signed body',
  hook: "the hook's signature or secret, or role write",
};

/** The allowed values of a parameter, and its default, in words; empty when any text is allowed. */
export function describeValue(schema: JsonSchema): string {
  const { type, enum: words, minimum, maximum, items, anyOf, default: fallback } = schema;
  const values = words ?? (items === undefined || items === false ? undefined : items.enum);
  const kind =
    values !== undefined
      ? values.map((word) => `\`${word}\``).join(', ')
      : anyOf !== undefined
        ? anyOf.map((one) => (one.const === undefined ? describeValue(one) : `\`${one.const}\``)).join(' or ')
        : type === 'integer'
          ? `${minimum ?? 0} to ${maximum}`
          : '';
  return [kind, fallback === undefined ? '' : `default \`${fallback}\``].filter(Boolean).join('; ');
}

function row(name: string, place: string, description: string): string {
  // Not a table: the page has no style sheet, and a table is as wide as its longest words.
  return `<dt>${code(name)} (${place})</dt><dd>${escapeHtml(description).replace(/,(?=\S)/g, ',<wbr>')}</dd>\n`;
}

// A long name may wrap: phones are narrow.
function code(name: string): string {
  const parts = name.split(/(?<=[/_-])|(?=[A-Z][a-z])/).map(escapeHtml);
  return `<code>${parts.join('<wbr>')}</code>`;
}
