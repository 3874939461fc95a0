// Reads a file that a setting names.

import { readFileSync } from 'node:fs';
import { SettingError } from './setting-error';

/** The text of the file. Throws a `SettingError` that begins with `setting` when the file cannot be read. */
export function readSettingFile(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingError(`${setting}: the file ${file} cannot be read: ${(error as Error).message}`);
  }
}
