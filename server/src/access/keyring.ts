// Holds the valid tokens in memory and decides whether a request needs one. Independent of HTTP and SQL.

import type { StoredToken, TokenStore } from '../storage/token-store';
import type { GivenToken } from './given-tokens';
import { mayDo, type Need, parseRoles, type Role, roles } from './role';
import { createSecret, hashSecret, isSameHash } from './secret';

/** When reading, or writing, needs a token: `open` never, `token` always, `auto` once a token has been created or given. */
export const accessModes = ['auto', 'open', 'token'] as const;

export type AccessMode = (typeof accessModes)[number];

/** A valid token. */
export interface Token {
  readonly name: string;
  readonly roles: readonly Role[];
  /** When it was created, in milliseconds since the epoch; null for a token given at start. */
  readonly createdAt: number | null;
  /** When it was last presented since the start, in milliseconds since the epoch. */
  lastUsedAt: number | null;
}

/** A token that was just created. Its secret cannot be read again later. */
export interface CreatedToken {
  readonly secret: string;
  /** True for the first token ever: creating it closed the doors that were open until then. */
  readonly isFirst: boolean;
}

interface Key {
  /** Its id in the store; null for a token given at start. */
  readonly id: number | null;
  readonly hash: Uint8Array;
  readonly token: Token;
}

/** Why a token was not created, or not revoked. */
export type KeyringRefusal =
  | 'NOT_FIRST'
  | 'NAME_TAKEN'
  | 'FIRST_NOT_ADMIN'
  | 'NOT_FOUND'
  | 'GIVEN'
  | 'LAST_ADMIN';

/** The options of a keyring. */
export interface KeyringOptions {
  readonly store: TokenStore;
  readonly given: readonly GivenToken[];
  readonly readAccess: AccessMode;
  readonly writeAccess: AccessMode;
  /** The current time in milliseconds since the epoch. */
  readonly clock: () => number;
}

export class Keyring {
  readonly #options: KeyringOptions;
  readonly #keys: Key[];
  readonly #listeners = new Set<(token: Token) => void>();
  /** The ids of revoked tokens: an older list of tokens does not bring them back. */
  readonly #revoked = new Set<number>();
  #isUnused: boolean;
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(options: KeyringOptions, keys: Key[], isUnused: boolean) {
    this.#options = options;
    this.#keys = keys;
    this.#isUnused = isUnused;
  }

  /** Reads the tokens of the store into memory. Rejects with a `StoreError`. */
  static async open(options: KeyringOptions): Promise<Keyring> {
    const stored = await options.store.all();
    const keys = options.given.map(({ name, roles, hash }): Key => toKey(null, hash, name, roles, null));
    for (const { id, name, roles, hash, createdAt, revokedAt } of stored) {
      if (revokedAt === null) keys.push(toKey(id, hash, name, parseRoles(roles) ?? [], createdAt));
    }
    const keyring = new Keyring(options, keys, keys.length === 0 && stored.length === 0);
    options.store.onChange((tokens) => keyring.#learn(tokens));
    return keyring;
  }

  /** True until the first token is created or given. Revoking the last token does not open the doors again. */
  get isUnused(): boolean {
    return this.#isUnused;
  }

  /** The valid tokens, in order of creation. */
  get tokens(): readonly Token[] {
    return this.#keys.map(({ token }) => token);
  }

  /** True while a token is valid. */
  holds(token: Token): boolean {
    return this.#keys.some((key) => key.token === token);
  }

  /** True when a valid token allows this need. */
  hasTokenFor(need: Need): boolean {
    return this.#keys.some(({ token }) => mayDo(token.roles, need));
  }

  /**
   * Whether a change that came through a proxy is refused although it needs no token: a proxy such as Grafana's lets in
   * people who are not meant to write.
   */
  refusesProxied(need: Need): boolean {
    const isChange = need === 'write' || need === 'edit' || need === 'admin';
    return isChange && this.#options.writeAccess !== 'open';
  }

  /** Whether this need requires a token. */
  needsToken(need: Need): boolean {
    const { readAccess, writeAccess } = this.#options;
    switch (need) {
      case 'nothing':
      case 'signature':
      case 'hook':
        return false;
      case 'read':
      case 'feed':
        return isClosed(readAccess, this.#isUnused);
      case 'write':
        return isClosed(writeAccess, this.#isUnused);
      case 'edit':
        // The answer to an edit shows the event, so editing also reads.
        return this.needsToken('read') || this.needsToken('write');
      case 'admin':
        return !this.#isUnused || readAccess === 'token' || writeAccess === 'token';
    }
  }

  /** The token of the first secret that is valid, or null. Takes the same time for every secret. */
  find(secrets: readonly string[]): Token | null {
    let found: Token | null = null;
    for (const secret of secrets) {
      const hash = hashSecret(secret);
      for (const key of this.#keys) if (isSameHash(key.hash, hash)) found ??= key.token;
    }
    if (found) found.lastUsedAt = this.#options.clock();
    return found;
  }

  /**
   * Replaces the tokens given at start. Those that are no longer given are invalid from now on, as if they were revoked.
   * Removing the last one does not open the doors again.
   */
  replaceGiven(given: readonly GivenToken[]): void {
    const isSame = ({ hash, token }: Key, other: GivenToken): boolean =>
      token.name === other.name && token.roles.join() === other.roles.join() && isSameHash(hash, other.hash);
    const before = this.#keys.filter(({ id }) => id === null);
    const gone = before.filter((key) => !given.some((other) => isSame(key, other)));
    const added = given.filter((other) => !before.some((key) => isSame(key, other)));
    for (const key of gone) this.#keys.splice(this.#keys.indexOf(key), 1);
    for (const { name, roles: granted, hash } of added)
      this.#keys.push(toKey(null, hash, name, granted, null));
    if (added.length > 0) this.#isUnused = false;
    for (const { token } of gone) for (const listener of this.#listeners) listener(token);
  }

  /** Creates a token on behalf of the token `by`; the first token needs none. Rejects with a `StoreError`. */
  create(name: string, granted: readonly Role[], by: Token | null): Promise<CreatedToken | KeyringRefusal> {
    return this.#inTurn(async () => {
      // Checked again here: if several clients request the first token at once, one gets it.
      if (!this.#isUnused && !(by && this.holds(by) && mayDo(by.roles, 'admin'))) {
        return 'NOT_FIRST';
      }
      if (this.#keys.some(({ token }) => token.name === name)) return 'NAME_TAKEN';
      // Otherwise no token could create the next one.
      if (this.#isUnused && !granted.includes('admin')) return 'FIRST_NOT_ADMIN';
      const { store, clock } = this.#options;
      const isFirst = this.#isUnused;
      const secret = createSecret();
      const hash = hashSecret(secret);
      const createdAt = clock();
      const sorted = roles.filter((role) => granted.includes(role));
      const id = await store.add({ name, roles: sorted.join(), hash, createdAt }, isFirst);
      if (id === null) return isFirst ? 'NOT_FIRST' : 'NAME_TAKEN';
      if (!this.#keys.some((key) => key.id === id)) this.#keys.push(toKey(id, hash, name, sorted, createdAt));
      this.#isUnused = false;
      return { secret, isFirst };
    });
  }

  /** Revokes a token. It is invalid once this resolves. Rejects with a `StoreError`. */
  revoke(name: string): Promise<'revoked' | KeyringRefusal> {
    return this.#inTurn(async () => {
      const named = this.#keys.filter(({ token }) => token.name === name);
      const key = named.find(({ id }) => id !== null);
      if (key?.id === undefined || key.id === null) return named.length === 0 ? 'NOT_FOUND' : 'GIVEN';
      const others = this.#keys.filter((one) => one !== key);
      const hasAdmin = (keys: readonly Key[]): boolean =>
        keys.some(({ token }) => mayDo(token.roles, 'admin'));
      if (hasAdmin([key]) && !hasAdmin(others)) return 'LAST_ADMIN';
      await this.#options.store.revoke(key.id, this.#options.clock());
      this.#forget(key.id);
      return 'revoked';
    });
  }

  /** Calls back when a token has been revoked, so that open answers to it can be ended. */
  onRevoked(listener: (token: Token) => void): void {
    this.#listeners.add(listener);
  }

  /** As `TokenStore.whenCurrent`. */
  whenCurrent(): Promise<void> | null {
    return this.#options.store.whenCurrent();
  }

  // Takes over what other servers have changed.
  #learn(tokens: readonly StoredToken[]): void {
    if (tokens.length > 0) this.#isUnused = false;
    for (const { id, name, roles: granted, hash, createdAt, revokedAt } of tokens) {
      if (revokedAt !== null) this.#forget(id);
      else if (!this.#revoked.has(id) && !this.#keys.some((key) => key.id === id))
        this.#keys.push(toKey(id, hash, name, parseRoles(granted) ?? [], createdAt));
    }
  }

  #forget(id: number): void {
    this.#revoked.add(id);
    const at = this.#keys.findIndex((key) => key.id === id);
    const [key] = at < 0 ? [] : this.#keys.splice(at, 1);
    if (key !== undefined) for (const listener of this.#listeners) listener(key.token);
  }

  // One change at a time, so that no other change takes a name between its check and its commit.
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#changes.then(change);
    this.#changes = turn.catch(() => {});
    return turn;
  }
}

function isClosed(mode: AccessMode, isUnused: boolean): boolean {
  return mode === 'token' || (mode === 'auto' && !isUnused);
}

function toKey(
  id: number | null,
  hash: Uint8Array,
  name: string,
  granted: readonly Role[],
  createdAt: number | null,
): Key {
  return { id, hash, token: { name, roles: granted, createdAt, lastUsedAt: null } };
}
