// Checks that a response has the top-level fields of a schema, to recognise responses of other servers.

import { isJsonObject } from '../event-json';
import { type Fields, type ObjectOf, type ObjectSchema, resolved, type Schema } from './schema';

/**
 * True for an object that has every required field of a schema, each with a value of the right JSON type. Does not check nested
 * values: a newer server may have more fields there.
 */
export function hasShape<F extends Fields>(schema: ObjectSchema<F>, answer: unknown): answer is ObjectOf<F> {
  if (!isJsonObject(answer)) return false;
  const { required = [] } = resolved(schema);
  return required.every((name) => isOfKind(answer[name], schema.fields[name] as Schema<unknown>));
}

// A schema without a JSON type allows several types: any value is accepted.
function isOfKind(value: unknown, schema: Schema<unknown>): boolean {
  const { type } = resolved(schema);
  return type === undefined ? value !== undefined : [type].flat().some((kind) => isKind(value, kind));
}

function isKind(value: unknown, kind: string): boolean {
  switch (kind) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === kind;
  }
}
