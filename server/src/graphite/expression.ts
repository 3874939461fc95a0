// Parses a target of /render, such as `alias(events("deploy"), "Deploys")`. Independent of individual functions.

/** A part of a target. In Graphite, a path names a metric; Anthracite has none. */
export type Expression =
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Argument[] }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean };

/** An argument of a call; `name` if it was given by name, as in `func="max"`. */
export interface Argument {
  readonly name: string | null;
  readonly value: Expression;
}

/** The expression of a target, or a sentence that says where it cannot be parsed. */
export type ParsedTarget =
  | { readonly ok: true; readonly value: Expression }
  | { readonly ok: false; readonly message: string };

const maxDepth = 32;
const blank = /\s*/y;
const quoted = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;
// A path may contain a list of choices in braces, and a comma only there.
const word = /(?:[^\s(),"'{}=]|\{[^{}()"']*\})+/y;
const functionName = /^[A-Za-z_]\w*$/;
const numberForm = /^[+-]?\d{1,15}(?:\.\d{1,15})?(?:e[+-]?\d{1,2})?$/i;

/**
 * Parses a target in one pass; quoted text is taken unchanged, as in Graphite.
 * @example parseTarget('summarize(events("deploy"), "1h", "sum")')
 */
export function parseTarget(text: string): ParsedTarget {
  const reader = new TargetReader(text);
  try {
    const value = reader.expression(0);
    reader.end();
    return { ok: true, value };
  } catch (error) {
    if (error instanceof TargetError) return { ok: false, message: error.message };
    throw error;
  }
}

class TargetError extends Error {}

class TargetReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  expression(depth: number): Expression {
    if (depth > maxDepth) throw new TargetError(`the target is nested deeper than ${maxDepth} calls`);
    const text = this.#take(quoted);
    if (text) return { kind: 'string', value: text[1] ?? text[2] ?? '' };
    const found = this.#take(word)?.[0];
    if (found === undefined) throw this.#unexpected('a function, a string or a number');
    if (this.#skip('(')) {
      if (!functionName.test(found)) throw this.#unexpected('the name of a function before "("');
      return { kind: 'call', name: found, arguments: this.#arguments(depth + 1) };
    }
    if (numberForm.test(found)) return { kind: 'number', value: Number(found) };
    if (/^(?:true|false)$/i.test(found)) return { kind: 'boolean', value: found.toLowerCase() === 'true' };
    return { kind: 'path', path: found };
  }

  end(): void {
    this.#take(blank);
    if (this.#at < this.#text.length) throw this.#unexpected('the end of the target');
  }

  #arguments(depth: number): Argument[] {
    const given: Argument[] = [];
    if (this.#skip(')')) return given;
    do {
      const value = this.expression(depth);
      const isName = value.kind === 'path' && functionName.test(value.path) && this.#skip('=');
      given.push(isName ? { name: value.path, value: this.expression(depth) } : { name: null, value });
    } while (this.#skip(','));
    if (!this.#skip(')')) throw this.#unexpected('"," or ")"');
    return given;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    if (pattern !== blank) this.#take(blank);
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #skip(character: string): boolean {
    this.#take(blank);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #unexpected(expected: string): TargetError {
    const found = this.#at < this.#text.length ? `character ${this.#at + 1}` : 'its end';
    return new TargetError(`the target cannot be parsed at ${found}: expected ${expected}`);
  }
}
