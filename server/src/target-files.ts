// Reads the files of secrets and tokens that targets name.

import { SettingError } from './setting-error';
import { readSecretLines, readSettingFile } from './setting-file';
import type { Target, UnreadTarget } from './targets/target';

const secretForm = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const [minSecretBytes, maxSecretBytes] = [24, 64];

/** The targets with the content of their files. Throws a `SettingError`. */
export function readTargetFiles(targets: readonly UnreadTarget[]): readonly Target[] {
  return targets.map((target) => ({ ...target, secrets: readSecrets(target), token: readToken(target) }));
}

// All of them sign.
function readSecrets({ name, shape, secretFile }: UnreadTarget): readonly string[] {
  if (secretFile === '') return [];
  const setting = `send: ${name}`;
  const secrets = readSecretLines(setting, secretFile);
  if (shape === 'standard-webhooks' && !secrets.every(isSecret)) {
    throw new SettingError(
      `${setting}: a line in ${secretFile} is not a secret; expected whsec_ and ${minSecretBytes} to ${maxSecretBytes} bytes in base64, as printed by: echo "whsec_$(openssl rand -base64 32)"`,
    );
  }
  return secrets;
}

function readToken({ name, tokenFile }: UnreadTarget): string | null {
  if (tokenFile === '') return null;
  const token = readSettingFile(`send: ${name}`, tokenFile).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new SettingError(
      `send: ${name}: the file ${tokenFile} does not hold a token; expected one line of printable ASCII`,
    );
  }
  return token;
}

function isSecret(text: string): boolean {
  const bytes = Buffer.from(secretForm.exec(text)?.[1] ?? '', 'base64').length;
  return bytes >= minSecretBytes && bytes <= maxSecretBytes;
}
