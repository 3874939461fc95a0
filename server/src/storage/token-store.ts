// Defines the storage of tokens. Independent of SQL and threads.

/** A stored token: its hash, never its secret. */
export interface StoredToken {
  readonly id: number;
  readonly name: string;
  /** Its roles, separated by commas. */
  readonly roles: string;
  /** SHA-256 of the secret. */
  readonly hash: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch; null while it is valid. */
  readonly revokedAt: number | null;
}

/** Stores tokens, including revoked ones. Rejects with a `StoreError` when it cannot. */
export interface TokenStore {
  all(): Promise<readonly StoredToken[]>;
  /** Resolves with its id when it is committed and synced. No valid token may have the name. */
  add(token: Pick<StoredToken, 'name' | 'roles' | 'hash' | 'createdAt'>): Promise<number>;
  /** Resolves when the revocation is committed and synced. */
  revoke(id: number, revokedAt: number): Promise<void>;
  /** Calls a listener when tokens were created or revoked, also by other servers. Returns a function that ends that. */
  onChange(listener: () => void): () => void;
}
