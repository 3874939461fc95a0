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

/** A token to store. */
export type NewToken = Pick<StoredToken, 'name' | 'roles' | 'hash' | 'createdAt'>;

/** Stores tokens, including revoked ones. Rejects with a `StoreError` when it cannot. */
export interface TokenStore {
  all(): Promise<readonly StoredToken[]>;
  /**
   * Resolves with its id when it is committed and synced; null when a valid token has the name or, for the first token, when
   * there is one already. The first token is then needed on all servers.
   */
  add(token: NewToken, isFirst: boolean): Promise<number | null>;
  /** Resolves when the revocation is committed and synced, and no server accepts the token any more. */
  revoke(id: number, revokedAt: number): Promise<void>;
  /** Calls a listener with all tokens after another server has changed some. They may lack the newest changes of this server. */
  onChange(listener: (tokens: readonly StoredToken[]) => void): void;
  /**
   * Null when listeners know of all changes that other servers finished. Otherwise resolves once they do, and rejects with a
   * `StoreError` when that cannot be found out.
   */
  whenCurrent(): Promise<void> | null;
}
