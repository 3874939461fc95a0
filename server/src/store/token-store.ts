// What the rest of the server asks of a store about tokens. Knows no SQL and no thread.

/** A token as it is kept: by its hash, never by its secret. */
export interface StoredToken {
  readonly id: number;
  readonly name: string;
  /** Its roles, with commas between them. */
  readonly roles: string;
  /** SHA-256 of the secret. */
  readonly hash: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch; null while it is good. */
  readonly revokedAt: number | null;
}

/** Keeps tokens, the revoked ones too. Rejects with a `StoreError` when it cannot. */
export interface TokenStore {
  all(): Promise<readonly StoredToken[]>;
  /** Resolves with its id when it is committed and synced. No good token has the name yet. */
  add(token: Pick<StoredToken, 'name' | 'roles' | 'hash' | 'createdAt'>): Promise<number>;
  /** Resolves when it is committed and synced that the token is good no more. */
  revoke(id: number, revokedAt: number): Promise<void>;
}
