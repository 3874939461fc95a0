// Parses the tokens given at start, in a variable or a file. Pure; error sentences never contain a secret.

import { parseRoles, type Role, rolesRule } from './role';
import { hashSecret, isSameHash } from './secret';

/** A token given at start. Its secret is dropped as soon as it is hashed. */
export interface GivenToken {
  readonly name: string;
  readonly roles: readonly Role[];
  /** SHA-256 of the secret. */
  readonly hash: Uint8Array;
}

/** The parsed tokens, or a sentence about the first wrong entry. */
export type GivenTokens =
  | { readonly ok: true; readonly tokens: readonly GivenToken[] }
  | { readonly ok: false; readonly message: string };

const form = 'name:role:secret, such as grafana:read:<at least 16 characters>';
const secretForm = /^[\x21-\x7e]{16,512}$/;

/** Form of token names: characters that are safe in a path, a log and a table. */
export const tokenNameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The rule for token names, for error sentences. */
export const tokenNameRule =
  'at most 64 letters, digits, dots, dashes and underscores, a letter or digit first';

/**
 * Parses entries `name:roles:secret`, separated by white space; roles are separated by commas. Lines that start with
 * `#` are comments. The result is a sentence about the first wrong entry if there is one.
 */
export function parseGivenTokens(text: string): GivenTokens {
  const entries = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.split(/\s+/))
    .filter((entry) => entry !== '');
  const tokens: GivenToken[] = [];
  for (const [index, entry] of entries.entries()) {
    // The sentence names an entry by its position only: if its parts are in the wrong order, any of them may be the
    // secret.
    const fail = (why: string): GivenTokens => ({ ok: false, message: `token ${index + 1} ${why}` });
    const match = /^([^:]*):([^:]*):(.*)$/s.exec(entry);
    if (!match) return fail(`does not have the form ${form}`);
    const [, name = '', roleText = '', secret = ''] = match;
    if (!tokenNameForm.test(name)) return fail(`has an invalid name; expected ${tokenNameRule}`);
    const roles = parseRoles(roleText);
    if (roles === null) return fail(`has an invalid role; expected ${rolesRule}, as in ${form}`);
    if (!secretForm.test(secret)) {
      return fail('has an invalid secret; expected 16 to 512 printable ASCII characters without spaces');
    }
    const hash = hashSecret(secret);
    const twin = tokens.findIndex((one) => one.name === name || isSameHash(one.hash, hash));
    if (twin !== -1) return fail(`repeats the name or the secret of token ${twin + 1}`);
    tokens.push({ name, roles, hash });
  }
  return { ok: true, tokens };
}
