// Reads the totals of the store, and its types and tags.

import type { NameKind } from '../query/event-query';
import type { Asker } from '../storage/asker';
import type { Beginning, StoreStatistics, Usage } from './answers';

const maxLeaps = 20_000;
/** Maximum characters of all names in an answer. */
const maxChars = 4_194_304;

type UsageRow = readonly [name: string, count: number, firstTime: number, lastTime: number];
type LeapRow = readonly [name: string, isOfKind: number];

export class Catalog {
  readonly #asker: Asker;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  types(prefix: string, limit: number): Promise<Beginning<Usage>> {
    return this.#usages('types', prefix, limit);
  }

  tags(prefix: string, limit: number): Promise<Beginning<Usage>> {
    return this.#usages('tags', prefix, limit);
  }

  /**
   * The first names with a prefix, in order. Unlike `types` and `tags` it jumps from name to name without reading
   * events, so its cost does not depend on their number. May include names whose events were all deleted.
   */
  async names(kind: NameKind, prefix: string, limit: number): Promise<Beginning<string>> {
    const found: string[] = [];
    let chars = 0;
    let leaps = 0;
    const part = (isAll: boolean): Beginning<string> => {
      const items = found.slice(0, limit);
      return { items: kind === 'keys' ? items.sort() : items, isAll };
    };
    const sql = this.#asker.sql.names.leaps(kind, prefix, maxLeaps);
    for await (const block of this.#asker.blocks<LeapRow>(sql, Math.min(maxLeaps, limit + 1))) {
      for (const [name, isOfKind] of block) {
        leaps++;
        if (!name.startsWith(prefix)) return part(true);
        const key = kind === 'keys' ? name.slice(0, Math.max(0, name.indexOf('='))) : name;
        // Types are stored among the tags, too, and are skipped here.
        if (isOfKind !== 1 || key === '') continue;
        chars += name.length;
        if (found.push(key) > limit || chars > maxChars) return part(false);
      }
    }
    return part(leaps < maxLeaps);
  }

  async statistics(): Promise<StoreStatistics> {
    const [row] = await this.#asker.all<readonly number[]>(this.#asker.sql.names.statistics);
    const [events, rejects, rejectsForgotten, lastId, seriesUpto, countsUpto, searchUpto] = row ?? [];
    return {
      events: events ?? 0,
      rejects: rejects ?? 0,
      rejectsForgotten: rejectsForgotten ?? 0,
      seriesLag: Math.max(0, (lastId ?? 0) - (seriesUpto ?? 0)),
      countsLag: Math.max(0, (lastId ?? 0) - (countsUpto ?? 0)),
      searchLag: Math.max(0, (lastId ?? 0) - (searchUpto ?? 0)),
    };
  }

  async #usages(kind: 'types' | 'tags', prefix: string, limit: number): Promise<Beginning<Usage>> {
    const items: Usage[] = [];
    let chars = 0;
    const sql = this.#asker.sql.names.usages(kind, prefix, limit + 1);
    for await (const block of this.#asker.blocks<UsageRow>(sql)) {
      for (const [name, count, firstTime, lastTime] of block) {
        if (items.length === limit || chars > maxChars) return { items, isAll: false };
        items.push({ name, count, firstTime, lastTime });
        chars += name.length;
      }
    }
    return { items, isAll: true };
  }
}
