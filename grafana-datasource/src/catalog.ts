// Lists of types, tags and open incidents on the server, for variables, ad hoc filters and editors.

import { firstValueFrom, map } from 'rxjs';
import {
  openIncidentValues,
  tagKeyValues,
  tagValues,
  typeValues,
  type VariableValue,
  wholeTags,
} from './frames/variable-values';
import type { Client } from './request/client';

// Names only, which the server finds without reading events.
const names = { counts: '0', limit: '100000' } as const;
const tagsKeptMs = 30_000;
/** With fewer tags that start with the typed text, tags that contain it are listed, too. */
const fewTags = 100;
const maxSpans = '10000';

export class Catalog {
  readonly #client: Client;
  #tags: { readonly values: Promise<VariableValue[]>; readonly until: number } | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** All types. Rejects with a `RequestFailure`, as all methods below. */
  types(): Promise<VariableValue[]> {
    return firstValueFrom(this.#client.get('types', names).pipe(map(typeValues)));
  }

  /** Complete tags that start with a text, and then those that contain it, such as `host=web1` for `web1`. */
  async tags(typed: string): Promise<VariableValue[]> {
    const found = await firstValueFrom(
      this.#client.get('tags', { prefix: typed, ...names }).pipe(map(wholeTags)),
    );
    if (typed === '' || found.length >= fewTags) return found;
    const wanted = typed.toLowerCase();
    const isOther = ({ value }: VariableValue): boolean =>
      !value.startsWith(typed) && value.toLowerCase().includes(wanted);
    return [...found, ...(await this.#allTags()).filter(isOther)];
  }

  /** Tags without a value, such as `canary`. */
  async bareTags(): Promise<VariableValue[]> {
    return (await this.#allTags()).filter(({ value }) => !value.includes('='));
  }

  /** The keys of all tags. */
  tagKeys(): Promise<VariableValue[]> {
    return firstValueFrom(this.#client.get('tags/keys', { limit: names.limit }).pipe(map(tagKeyValues)));
  }

  /** The values of the tags with a key. */
  tagValues(key: string): Promise<VariableValue[]> {
    const found = this.#client.get('tags', { prefix: `${key}=`, ...names });
    return firstValueFrom(found.pipe(map((list) => tagValues(list, key))));
  }

  /** Open incidents. */
  openIncidents(): Promise<VariableValue[]> {
    const found = this.#client.get('events/timeline', {
      show: 'spans',
      state: 'open',
      scale: 'incident',
      limit: maxSpans,
    });
    return firstValueFrom(found.pipe(map(({ spans }) => openIncidentValues(spans))));
  }

  // Kept for a moment, because suggestions are requested with each letter.
  #allTags(): Promise<VariableValue[]> {
    const now = Date.now();
    if (this.#tags === null || this.#tags.until < now) {
      const values = firstValueFrom(this.#client.get('tags', names).pipe(map(wholeTags)));
      this.#tags = { values, until: now + tagsKeptMs };
      values.catch(() => {
        this.#tags = null;
      });
    }
    return this.#tags.values;
  }
}
