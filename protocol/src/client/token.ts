// The form of tokens, for clients.

/** True for a possible token: one ASCII word of at most 4096 characters. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(text);
}

/** A new token; `isFirst` is true for the first token of the server. */
export interface CreatedToken {
  readonly token: string;
  readonly isFirst: boolean;
}
