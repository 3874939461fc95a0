// Reads the tokens that are given at start, by a variable or a file. Pure; never shows a secret.

import { preview } from '@anthracite/protocol';
import { parseRoles, type Role } from './role';
import { hashSecret } from './secret';

/** A token that was given at start. Its secret is forgotten as soon as it is read. */
export interface GivenToken {
  readonly name: string;
  readonly roles: readonly Role[];
  /** SHA-256 of the secret. */
  readonly hash: Uint8Array;
}

/** The tokens of a text, or a sentence about the first entry that is wrong. */
export type GivenTokens =
  | { readonly ok: true; readonly tokens: readonly GivenToken[] }
  | { readonly ok: false; readonly message: string };

const minSecretChars = 16;
const form = 'name:role:secret, such as grafana:read:<at least 16 characters>';
const secretForm = /^[\x21-\x7e]{16,512}$/;

/** Names of tokens: what is safe in a path, a log and a table. */
export const tokenNameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What such a name must be, for sentences. */
export const tokenNameRule =
  'at most 64 letters, digits, dots, dashes and underscores, a letter or digit first';

/**
 * Reads entries `name:roles:secret` with white space between them; roles have commas between them. Lines that begin
 * with `#` are comments.
 */
export function parseGivenTokens(text: string): GivenTokens {
  const entries = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.split(/\s+/))
    .filter((entry) => entry !== '');
  const tokens: GivenToken[] = [];
  for (const [index, entry] of entries.entries()) {
    // An entry is shown by its place and name only: any other part may be the secret.
    const match = /^([^:]*):([^:]*):(.*)$/s.exec(entry);
    if (!match) return { ok: false, message: `token ${index + 1} has not the form ${form}` };
    const [, name = '', roleText = '', secret = ''] = match;
    const fail = (why: string): GivenTokens => ({ ok: false, message: `token ${index + 1} ${why}` });
    if (!tokenNameForm.test(name)) return fail(`has a name that is none; expected ${tokenNameRule}`);
    const roles = parseRoles(roleText);
    if (roles === null) {
      return fail(`(${preview(name)}) has roles that are none; expected read, write or admin, as in ${form}`);
    }
    if (!secretForm.test(secret)) {
      return fail(
        `(${preview(name)}) has a secret that is not ${minSecretChars} to 512 characters of ASCII without blanks`,
      );
    }
    const hash = hashSecret(secret);
    const twin = tokens.find((one) => one.name === name || Buffer.compare(one.hash, hash) === 0);
    if (twin) return fail(`(${preview(name)}) has the name or the secret of another, ${preview(twin.name)}`);
    tokens.push({ name, roles, hash });
  }
  return { ok: true, tokens };
}
