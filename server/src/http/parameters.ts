// Reads the parameters of a query string or form. Values of strangers become numbers and times here, or an error.

import { type Outcome, parseAtTime, parseTime, preview } from '@anthracite/protocol';
import { RequestError } from './request-error';

type Given = Readonly<Record<string, unknown>>;

const maxRepeats = 64;
const maxChars = 4_096;
const callbackForm = /^[A-Za-z_$][\w$.]{0,127}$/;

export class Parameters {
  readonly #given: Given;
  readonly #now: number;
  readonly #zone: string;

  /** `given` are parsed query strings or forms; of those given later a name wins. */
  constructor(given: readonly unknown[], now: number, zone: string) {
    this.#given = Object.assign(
      Object.create(null),
      ...given.filter((one) => typeof one === 'object'),
    ) as Given;
    this.#now = now;
    this.#zone = zone;
  }

  /** Refuses names that are not known. Graphite's own routes ignore them instead. */
  allowOnly(known: readonly string[]): this {
    for (const name of Object.keys(this.#given)) {
      if (!known.includes(name)) {
        throw RequestError.of('UNKNOWN_PARAMETER', { name: preview(name), known: known.join(', ') });
      }
    }
    return this;
  }

  /** All values of a name, in order. */
  all(name: string): readonly string[] {
    const given = this.#given[name];
    if (given === undefined) return [];
    const values = (Array.isArray(given) ? given : [given]).map(String);
    if (values.length > maxRepeats) {
      throw RequestError.of('BAD_PARAMETER', {
        name,
        value: `given ${values.length} times`,
        expected: `at most ${maxRepeats}`,
      });
    }
    for (const value of values) {
      if (value.length > maxChars) throw this.#bad(name, value, `at most ${maxChars} characters`);
      if (!value.isWellFormed()) throw this.#bad(name, value, 'well-formed Unicode');
    }
    return values;
  }

  /** The last value of a name, as Graphite takes it, or undefined. */
  last(name: string): string | undefined {
    return this.all(name).at(-1);
  }

  /** A whole number within bounds. */
  whole(name: string, fallback: number, min: number, max: number): number {
    const value = this.last(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max))
      throw this.#bad(name, value, `a whole number from ${min} to ${max}`);
    return number;
  }

  /** One of some words. */
  choice<const C extends string>(name: string, fallback: C, choices: readonly C[]): C {
    const value = this.last(name);
    if (value === undefined) return fallback;
    const chosen = choices.find((one) => one === value);
    if (chosen === undefined) throw this.#bad(name, value, `one of ${choices.join(', ')}`);
    return chosen;
  }

  /** Any of some words, each once; none where nothing is said. */
  choices<const C extends string>(name: string, choices: readonly C[]): readonly C[] {
    const said = new Set(this.all(name));
    return Array.from(said, (value) => {
      const chosen = choices.find((one) => one === value);
      if (chosen === undefined) throw this.#bad(name, value, `one of ${choices.join(', ')}`);
      return chosen;
    });
  }

  /** The name of a JavaScript function, or null. */
  callback(name: string): string | null {
    const value = this.last(name);
    if (value === undefined) return null;
    if (!callbackForm.test(value)) throw RequestError.of('BAD_CALLBACK', { value: preview(value) });
    return value;
  }

  /** A time in milliseconds, by our own grammar. */
  time(name: string, fallbackMs: number): number {
    return this.#time(name, fallbackMs, parseTime);
  }

  /** A time in milliseconds, by Graphite's grammar and no other. */
  graphiteTime(name: string, fallbackMs: number): number {
    return this.#time(name, fallbackMs, parseAtTime);
  }

  #time(
    name: string,
    fallback: number,
    parse: (text: string, now: number, zone: string) => Outcome<number>,
  ): number {
    const value = this.last(name);
    if (value === undefined) return fallback;
    const parsed = parse(value, this.#now, this.#zone);
    if (!parsed.ok)
      throw RequestError.ofProblem({ ...parsed.problem, message: `${name}: ${parsed.problem.message}` });
    return parsed.value;
  }

  #bad(name: string, value: string, expected: string): RequestError {
    return RequestError.of('BAD_PARAMETER', { name, value: preview(value), expected });
  }
}
