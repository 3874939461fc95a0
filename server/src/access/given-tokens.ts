// Reads the tokens that are given at start, by a variable or a file. Pure; never shows a secret.

import { parseRoles, type Role } from './role';
import { hashSecret, isSameHash } from './secret';

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
    // An entry is told by its place alone: whoever mixed up the order put the secret in another part.
    const fail = (why: string): GivenTokens => ({ ok: false, message: `token ${index + 1} ${why}` });
    const match = /^([^:]*):([^:]*):(.*)$/s.exec(entry);
    if (!match) return fail(`has not the form ${form}`);
    const [, name = '', roleText = '', secret = ''] = match;
    if (!tokenNameForm.test(name)) return fail(`has a name that is none; expected ${tokenNameRule}`);
    const roles = parseRoles(roleText);
    if (roles === null) return fail(`has a role that is none; expected read, write or admin, as in ${form}`);
    if (!secretForm.test(secret)) {
      return fail('has a secret that is none; expected 16 to 512 characters of ASCII without blanks');
    }
    const hash = hashSecret(secret);
    const twin = tokens.findIndex((one) => one.name === name || isSameHash(one.hash, hash));
    if (twin !== -1) return fail(`has the name or the secret of token ${twin + 1}`);
    tokens.push({ name, roles, hash });
  }
  return { ok: true, tokens };
}
