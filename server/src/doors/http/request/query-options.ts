// Reads mapping options in the query of a request: they are configured in the URL that a tool sends to.

import { preview } from '@anthracite/protocol';
import { type Option, type OptionValues, readOptions } from '@anthracite/protocol/change';
import type { FastifyRequest } from 'fastify';
import { RequestError } from './request-error';

/** Reads the options. Throws a `RequestError` that names the invalid one. */
export function readQueryOptions<Table extends Readonly<Record<string, Option<unknown>>>>(
  table: Table,
  { query }: FastifyRequest,
): OptionValues<Table> {
  const pairs = Object.entries(query as Readonly<Record<string, string | readonly string[]>>);
  const read = readOptions(
    table,
    pairs.flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value])),
  );
  if (read.ok) return read.options;
  const { name, value, expected } = read;
  if (!Object.hasOwn(table, name)) {
    throw RequestError.of('UNKNOWN_PARAMETER', { name: preview(name), known: Object.keys(table).join(', ') });
  }
  throw RequestError.of('BAD_PARAMETER', { name, value: preview(value), expected });
}
