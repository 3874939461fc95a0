// Reads types with their tags by their ids in the store, all of a block at once.

import { parseSeries } from '@anthracite/protocol/core';
import type { Asker } from '../storage/asker';
import { Damage } from '../storage/store-error';
import { WeightedCache } from '../weighted-cache';

/** A type with its tags. Equal series are one object while they are cached. */
export interface Series {
  readonly type: string;
  readonly tags: readonly string[];
  /** Characters of type and tags together. */
  readonly chars: number;
}

/** Returns the series of an id; only for the ids it was created for. */
export type SeriesOf = (id: number) => Series;

const maxCachedBytes = 33_554_432;
/** Bytes of series held for the most recent callers. */
const maxHeldBytes = 8_388_608;

export class SeriesReader {
  readonly #asker: Asker;
  readonly #known = new WeightedCache<number, Series>(maxCachedBytes);
  /** The most recently used series: faster than the cache. A caller keeps the map that it received. */
  #held = new Map<number, Series>();
  #heldBytes = 0;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  /** The series of some ids. Many ids may be equal. Throws `Damage` when one is missing or malformed. */
  async of(ids: readonly number[]): Promise<SeriesOf> {
    if (this.#heldBytes > maxHeldBytes) {
      this.#held = new Map();
      this.#heldBytes = 0;
    }
    const held = this.#held;
    let missing: Set<number> | null = null;
    for (const id of ids) {
      if (held.has(id)) continue;
      const known = this.#known.get(id);
      if (known === undefined) {
        missing ??= new Set();
        missing.add(id);
      } else this.#hold(held, id, known);
    }
    if (missing !== null) {
      const rows = await this.#asker.all<[number, string]>(this.#asker.sql.series.textsOf([...missing]));
      for (const [id, text] of rows) this.#hold(held, id, this.#parse(id, text));
    }
    return (id) => {
      const series = held.get(id);
      if (series === undefined) throw new Damage(`series ${id} is missing`);
      return series;
    };
  }

  // Adds to the caller's map: another query may have started a new one in the meantime.
  #hold(held: Map<number, Series>, id: number, series: Series): void {
    held.set(id, series);
    this.#heldBytes += bytesOf(series.chars, series.tags.length);
  }

  #parse(id: number, text: string): Series {
    const parsed = parseSeries(text);
    if (!parsed.ok) throw new Damage(`series ${id} is malformed`);
    const series: Series = { ...parsed.value, chars: text.length };
    this.#known.set(id, series, bytesOf(text.length, series.tags.length));
    return series;
  }
}

/**
 * Approximate bytes of a series in memory, with the texts that formats derive from it: three texts, with some
 * characters escaped as several.
 */
function bytesOf(chars: number, tags: number): number {
  return 6 * chars + 48 * tags + 200;
}
