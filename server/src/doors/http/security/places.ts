// Hands out a limited number of places, with a limit per address. Independent of HTTP.

/** Why no place is free: all are taken, or all that one address may have. */
export type Shortage = 'all' | 'address';

/** The holder of a place. */
export interface Holder {
  readonly address: string;
  /** True for a holder that uses its place slowly: the next request may take it over. */
  isSlow(): boolean;
  /** Takes the place away. */
  drop(): void;
}

/** The limits of places. */
export interface PlaceLimits {
  readonly max: number;
  readonly maxOfAddress: number;
}

export class Places {
  readonly limits: PlaceLimits;
  readonly #holders = new Set<Holder>();
  readonly #ofAddress = new Map<string, number>();

  constructor(limits: PlaceLimits) {
    this.limits = limits;
  }

  /** Number of places taken now. */
  get taken(): number {
    return this.#holders.size;
  }

  /**
   * Takes a place for a holder, from a slow holder if no other is free. Returns null, or the reason when no place is
   * free. `extra` places are available to this holder beyond the limits.
   */
  take(holder: Holder, extra = 0): Shortage | null {
    const shortage = this.#shortage(holder.address, extra);
    if (shortage !== null && !this.#dropSlow(shortage, holder.address)) return shortage;
    this.#holders.add(holder);
    this.#ofAddress.set(holder.address, this.#count(holder.address) + 1);
    return null;
  }

  /** Releases a place; may be called twice. */
  free(holder: Holder): void {
    if (!this.#holders.delete(holder)) return;
    const left = this.#count(holder.address) - 1;
    if (left > 0) this.#ofAddress.set(holder.address, left);
    else this.#ofAddress.delete(holder.address);
  }

  #count(address: string): number {
    return this.#ofAddress.get(address) ?? 0;
  }

  #shortage(address: string, extra: number): Shortage | null {
    if (this.#holders.size >= this.limits.max + extra) return 'all';
    return this.#count(address) >= this.limits.maxOfAddress + extra ? 'address' : null;
  }

  // If all places are taken, the address with the most loses one.
  #dropSlow(shortage: Shortage, address: string): boolean {
    let victim: Holder | undefined;
    for (const holder of this.#holders) {
      if (shortage === 'address' && holder.address !== address) continue;
      if (victim !== undefined && this.#count(holder.address) <= this.#count(victim.address)) continue;
      if (holder.isSlow()) victim = holder;
    }
    if (victim === undefined) return false;
    this.free(victim);
    victim.drop();
    return true;
  }
}
