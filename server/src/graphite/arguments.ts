// Matches the arguments of one call with the parameters of its function, and checks them. Independent of individual
// functions.

import { preview } from '@anthracite/protocol';
import type { Argument, Expression } from './expression';
import { RenderError } from './render-error';
import type { Series } from './series';

/** A parameter, as Graphite's /functions describes it. */
export interface Parameter {
  readonly name: string;
  readonly type: 'seriesList' | 'seriesLists' | 'string' | 'float' | 'boolean' | 'interval' | 'aggFunc';
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly default?: string | number | boolean;
  readonly options?: readonly string[];
}

type Literal = string | number | boolean;

/** Arguments by parameter name; the getters below are called for parameters of the table, so they cannot fail. */
export class Arguments {
  readonly #literals = new Map<string, Literal[]>();
  /** The arguments that still have to be rendered, by parameter. */
  readonly expressions = new Map<string, Expression[]>();
  readonly #series = new Map<string, readonly Series[]>();

  /** Throws a `RenderError` for an argument that is missing, unknown, superfluous, or of the wrong type. */
  constructor(name: string, params: readonly Parameter[], given: readonly Argument[]) {
    let position = 0;
    for (const { name: byName, value } of given) {
      const param = byName === null ? params[position] : params.find((one) => one.name === byName);
      if (!param) {
        throw new RenderError(
          byName === null
            ? `${name}: too many arguments, at most ${params.length} are expected`
            : `${name}: unknown parameter ${preview(byName)}`,
        );
      }
      if (byName === null && !param.multiple) position++;
      this.#take(name, param, value);
    }
    for (const { name: param, required, default: value } of params) {
      if (this.#literals.has(param) || this.expressions.has(param)) continue;
      if (required) throw new RenderError(`Missing required parameter '${param}' for function ${name}`);
      if (value !== undefined) this.#literals.set(param, [value]);
    }
  }

  #take(name: string, param: Parameter, value: Expression): void {
    const isSeries = param.type === 'seriesList' || param.type === 'seriesLists';
    if (isSeries && (value.kind === 'call' || value.kind === 'path')) {
      this.#add(this.expressions, name, param, value);
    } else if (!isSeries && 'value' in value && isOfType(value.value, param)) {
      this.#add(this.#literals, name, param, value.value);
    } else {
      const options = param.options ? ` (one of ${param.options.join(', ')})` : '';
      const found =
        'value' in value
          ? preview(String(value.value))
          : value.kind === 'path'
            ? preview(value.path)
            : 'a function';
      throw new RenderError(
        `${name}: ${param.name} is ${found}; expected ${typeNames[param.type]}${options}`,
      );
    }
  }

  #add<T>(to: Map<string, T[]>, name: string, param: Parameter, value: T): void {
    const values = to.get(param.name);
    if (!values) to.set(param.name, [value]);
    else if (param.multiple) values.push(value);
    else throw new RenderError(`${name}: ${param.name} is given twice`);
  }

  /** Replaces the expressions of a parameter by their rendered series. */
  setSeries(param: string, series: readonly Series[]): void {
    this.#series.set(param, series);
  }

  series(param: string): readonly Series[] {
    return this.#series.get(param) ?? [];
  }

  texts(param: string): readonly string[] {
    return (this.#literals.get(param) ?? []).map(String);
  }

  text(param: string): string {
    return String(this.#literals.get(param)?.[0] ?? '');
  }

  number(param: string): number {
    return Number(this.#literals.get(param)?.[0]);
  }

  flag(param: string): boolean {
    return this.#literals.get(param)?.[0] === true;
  }
}

const typeNames: Readonly<Record<Parameter['type'], string>> = {
  seriesList: 'a series such as events("deploy")',
  seriesLists: 'a series such as events("deploy")',
  string: 'text in quotes',
  float: 'a number',
  boolean: 'true or false',
  interval: 'an interval in quotes such as "1h"',
  aggFunc: 'the name of an aggregation in quotes',
};

function isOfType(value: Literal, { type, options }: Parameter): boolean {
  if (type === 'float') return typeof value === 'number';
  if (type === 'boolean') return typeof value === 'boolean';
  return typeof value === 'string' && (options === undefined || options.includes(value));
}
