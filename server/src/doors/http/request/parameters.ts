// Holds the parameters of a query string or form, as received. They are read by tables of kinds: see
// parameter-kinds.ts.

import { preview } from '@anthracite/protocol';
import type { Parameter, ParameterLimits, ParameterTable, ParameterValues, Reading } from './parameter-kinds';
import { RequestError } from './request-error';

type Given = Readonly<Record<string, unknown>>;

const maxValues = 64;
const maxChars = 4_096;

export class Parameters {
  readonly #given: Given;
  readonly #now: number;
  readonly #zone: string;

  /** `given` are parsed query strings or forms; for a name in several, the last one wins. */
  constructor(given: readonly unknown[], now: number, zone: string) {
    this.#given = Object.assign(
      Object.create(null),
      ...given.filter((one) => typeof one === 'object'),
    ) as Given;
    this.#now = now;
    this.#zone = zone;
  }

  /** The same parameters, with times read in another time zone. */
  inZone(zone: string): Parameters {
    return new Parameters([this.#given], this.#now, zone);
  }

  /** Refuses unknown names. Graphite's own routes ignore them instead. */
  allowOnly(known: readonly string[]): this {
    for (const name of Object.keys(this.#given)) {
      if (!known.includes(name)) {
        throw RequestError.of('UNKNOWN_PARAMETER', { name: preview(name), known: known.join(', ') });
      }
    }
    return this;
  }

  /** The values of a table, in its order. Throws a `RequestError` for the first invalid one. */
  read<Table extends ParameterTable>(table: Table): ParameterValues<Table> {
    // Names come from our own tables. This runs several times for each request: a loop takes half as long as entries.
    const values: Record<string, unknown> = {};
    for (const name in table) values[name] = this.value(name, table[name] as Table[typeof name]);
    return values as ParameterValues<Table>;
  }

  /** The value of one parameter. Throws a `RequestError`. */
  value<T>(name: string, parameter: Parameter<T>): T {
    const all: Reading['all'] = (limits) => this.all(name, limits);
    return parameter.read({
      name,
      now: this.#now,
      zone: this.#zone,
      all,
      last: (mostChars = maxChars) => all({ maxChars: mostChars }).at(-1),
      bad: (value, expected) => badParameter(name, value, expected),
    });
  }

  /** All values of a name, in order. Throws a `RequestError` for too many values, or for one that is too long. */
  all(name: string, limits: ParameterLimits = {}): readonly string[] {
    const most = { maxValues, maxChars, ...limits };
    const given = this.#given[name];
    if (given === undefined) return [];
    const values = (Array.isArray(given) ? given : [given]).map(String);
    if (values.length > most.maxValues) {
      throw RequestError.of('BAD_PARAMETER', {
        name,
        value: `given ${values.length} times`,
        expected: `at most ${most.maxValues}`,
      });
    }
    for (const value of values) {
      if (value.length > most.maxChars)
        throw badParameter(name, value, `at most ${most.maxChars} characters`);
      if (!value.isWellFormed()) throw badParameter(name, value, 'well-formed Unicode');
    }
    return values;
  }

  /** The last value of a name, or undefined. */
  last(name: string): string | undefined {
    return this.all(name).at(-1);
  }
}

/** Creates the refusal of a value. */
export function badParameter(name: string, value: string, expected: string): RequestError {
  return RequestError.of('BAD_PARAMETER', { name, value: preview(value), expected });
}
