// Reads a YAML file that contains a list of names with values. The library is loaded only when a file is read.

import { readFileSync } from 'node:fs';
import { SettingError } from './setting-error';

const maxFileBytes = 1_048_576;

/** The top level of a YAML file; empty for an empty file. Throws a `SettingError`. */
export function readYamlFile(file: string): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > maxFileBytes) throw new Error(`the file is larger than ${maxFileBytes} bytes`);
    const { parse } = require('yaml') as typeof import('yaml');
    content = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new SettingError(`file ${file} cannot be read as YAML: ${(error as Error).message}`);
  }
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new SettingError(`file ${file} is not a list of "setting: value" lines`);
  }
  return content as Readonly<Record<string, unknown>>;
}
