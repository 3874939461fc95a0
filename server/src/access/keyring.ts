// The tokens that are good now, in memory, and whether one is needed. Knows no HTTP and no SQL.

import type { TokenStore } from '../store/token-store';
import type { GivenToken } from './given-tokens';
import { mayDo, type Need, parseRoles, type Role, roles } from './role';
import { createSecret, hashSecret, isSameHash } from './secret';

/** Whether reading, or writing, needs a token: never, always, or once there has been one. */
export const accessModes = ['auto', 'open', 'token'] as const;

export type AccessMode = (typeof accessModes)[number];

/** A token that is good. */
export interface Token {
  readonly name: string;
  readonly roles: readonly Role[];
  /** When it was made, in milliseconds since the epoch; null for one that was given at start. */
  readonly createdAt: number | null;
  /** When it was last presented since the start, in milliseconds since the epoch. */
  lastUsedAt: number | null;
}

/** A token that was made just now. Nobody can ask for its secret again. */
export interface CreatedToken {
  readonly secret: string;
  /** True when there was never one before, so that doors were closed by it. */
  readonly isFirst: boolean;
}

interface Key {
  /** Its id in the store; null for one that was given at start. */
  readonly id: number | null;
  readonly hash: Uint8Array;
  readonly token: Token;
}

/** Why a token was not made, or not revoked. */
export type KeyringRefusal =
  | 'NOT_FIRST'
  | 'NAME_TAKEN'
  | 'FIRST_NOT_ADMIN'
  | 'NOT_FOUND'
  | 'GIVEN'
  | 'LAST_ADMIN';

/** How a keyring is set up. */
export interface KeyringOptions {
  readonly store: TokenStore;
  readonly given: readonly GivenToken[];
  readonly readAccess: AccessMode;
  readonly writeAccess: AccessMode;
  /** Milliseconds since the epoch, now. */
  readonly clock: () => number;
}

export class Keyring {
  readonly #options: KeyringOptions;
  readonly #keys: Key[];
  readonly #listeners = new Set<(token: Token) => void>();
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
    return new Keyring(options, keys, keys.length === 0 && stored.length === 0);
  }

  /** True while no token was ever made or given. Revoking the last one does not open the doors again. */
  get isUnused(): boolean {
    return this.#isUnused;
  }

  /** The tokens that are good, in the order they were made. */
  get tokens(): readonly Token[] {
    return this.#keys.map(({ token }) => token);
  }

  /** True while a token is good. */
  holds(token: Token): boolean {
    return this.#keys.some((key) => key.token === token);
  }

  /** True when there is a token that may do this. */
  hasTokenFor(need: Need): boolean {
    return this.#keys.some(({ token }) => mayDo(token.roles, need));
  }

  /**
   * Whether a change that came through a proxy is refused although it needs no token: a proxy such as Grafana's lets in
   * people whom nobody meant to let write.
   */
  refusesProxied(need: Need): boolean {
    const isChange = need !== 'nothing' && need !== 'read';
    return isChange && this.#options.writeAccess !== 'open';
  }

  /** Whether this can be done only with a token. */
  needsToken(need: Need): boolean {
    const { readAccess, writeAccess } = this.#options;
    switch (need) {
      case 'nothing':
        return false;
      case 'read':
        return isClosed(readAccess, this.#isUnused);
      case 'write':
        return isClosed(writeAccess, this.#isUnused);
      case 'edit':
        // Whoever changes an event is shown it.
        return this.needsToken('read') || this.needsToken('write');
      case 'admin':
        return !this.#isUnused || readAccess === 'token' || writeAccess === 'token';
    }
  }

  /** The token of the first secret that is one, or null. Takes as long whichever it is. */
  find(secrets: readonly string[]): Token | null {
    let found: Token | null = null;
    for (const secret of secrets) {
      const hash = hashSecret(secret);
      for (const key of this.#keys) if (isSameHash(key.hash, hash)) found ??= key.token;
    }
    if (found) found.lastUsedAt = this.#options.clock();
    return found;
  }

  /** Makes a token, for whoever holds the token `by`; the first one for anybody. Rejects with a `StoreError`. */
  create(name: string, granted: readonly Role[], by: Token | null): Promise<CreatedToken | KeyringRefusal> {
    return this.#inTurn(async () => {
      // Asked again here: of several who ask for the first at once, one gets it.
      if (!this.#isUnused && !(by && this.holds(by) && mayDo(by.roles, 'admin'))) {
        return 'NOT_FIRST';
      }
      if (this.#keys.some(({ token }) => token.name === name)) return 'NAME_TAKEN';
      // Else nobody could make the next one.
      if (this.#isUnused && !granted.includes('admin')) return 'FIRST_NOT_ADMIN';
      const { store, clock } = this.#options;
      const secret = createSecret();
      const hash = hashSecret(secret);
      const createdAt = clock();
      const sorted = roles.filter((role) => granted.includes(role));
      const id = await store.add({ name, roles: sorted.join(), hash, createdAt });
      this.#keys.push(toKey(id, hash, name, sorted, createdAt));
      const isFirst = this.#isUnused;
      this.#isUnused = false;
      return { secret, isFirst };
    });
  }

  /** Ends a token. It is good for nothing when this resolves. Rejects with a `StoreError`. */
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
      this.#keys.splice(this.#keys.indexOf(key), 1);
      for (const listener of this.#listeners) listener(key.token);
      return 'revoked';
    });
  }

  /** Calls back when a token has been revoked, so that what is under way with it can be ended. */
  onRevoked(listener: (token: Token) => void): void {
    this.#listeners.add(listener);
  }

  // One change after another: between the check of a name and its commit nobody else takes it.
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
