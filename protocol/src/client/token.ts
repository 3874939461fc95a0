// Tokens as the clients know them. Knows no socket.

/** True for what can be a token: one word of ASCII. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(text);
}

/** A token as `GET /tokens` shows it: without its secret. Times in ISO 8601. */
export interface TokenEntry {
  readonly name: string;
  readonly roles: readonly string[];
  /** True for one that was given to the server at its start, and not made since. */
  readonly given: boolean;
  readonly created: string | null;
  /** When it was last presented since the server started. */
  readonly lastUsed: string | null;
}

/** A token that was made just now; `isFirst` when there was never one before. */
export interface CreatedToken {
  readonly token: string;
  readonly isFirst: boolean;
}
