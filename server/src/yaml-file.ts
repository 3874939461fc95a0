// Reads a YAML file that contains a list of names with values. The library is loaded only when a file is read.

import { readFileSync } from 'node:fs';
import { SettingError } from './setting-error';

const maxFileBytes = 1_048_576;

/** The content of a YAML file. */
export interface YamlFile {
  /** The names at the top level with their values; empty for an empty file. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The line of the value at a path or, if it is missing, of the nearest value around it. Lines count from 1. */
  lineOf(path: readonly string[]): number;
}

/** Reads a file. Throws a `SettingError`. */
export function readYamlFile(file: string): YamlFile {
  const { LineCounter, parseDocument } = require('yaml') as typeof import('yaml');
  const lines = new LineCounter();
  let content: unknown;
  let document: ReturnType<typeof parseDocument>;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > maxFileBytes) throw new Error(`the file is larger than ${maxFileBytes} bytes`);
    document = parseDocument(text, { lineCounter: lines });
    const [error] = document.errors;
    if (error) throw error;
    content = document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (error) {
    throw new SettingError(`file ${file} cannot be read as YAML: ${(error as Error).message}`);
  }
  if (content !== null && (typeof content !== 'object' || Array.isArray(content))) {
    throw new SettingError(`file ${file} is not a list of "setting: value" lines`);
  }
  return {
    values: (content ?? {}) as Readonly<Record<string, unknown>>,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        const range = (node as { readonly range?: readonly number[] } | undefined)?.range;
        if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
      }
      return 1;
    },
  };
}
