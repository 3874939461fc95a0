// Reads files that settings name.

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

/** The secrets in a file, one on each line, the newest first, so that a secret can be replaced without a gap. Throws a `SettingError`. */
export function readSecretLines(setting: string, file: string): readonly string[] {
  const secrets = readSettingFile(setting, file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (secrets.length === 0) throw new SettingError(`${setting}: the file ${file} holds no secret`);
  return secrets;
}
