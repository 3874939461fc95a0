// Lists of types, tags and open incidents on the server, for variables, ad hoc filters and editors.

import { firstValueFrom, map } from 'rxjs';
import {
  openIncidentValues,
  tagKeyValues,
  tagValues,
  typeValues,
  type VariableValue,
} from './frames/variable-values';
import type { Client } from './request/client';

const maxListed = '10000';
const maxSpans = '10000';

export class Catalog {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** All types. Rejects with a `RequestFailure`, as all methods below. */
  types(): Promise<VariableValue[]> {
    return firstValueFrom(this.#client.get('types', { limit: maxListed }).pipe(map(typeValues)));
  }

  /** Complete tags that start with a prefix. */
  tags(prefix: string): Promise<VariableValue[]> {
    const found = this.#client.get('tags', { prefix, limit: maxListed });
    return firstValueFrom(found.pipe(map(({ tags }) => tags.map(({ tag }) => ({ text: tag, value: tag })))));
  }

  /** The keys of all tags. */
  tagKeys(): Promise<VariableValue[]> {
    return firstValueFrom(this.#client.get('tags/keys', { limit: maxListed }).pipe(map(tagKeyValues)));
  }

  /** The values of the tags with a key. */
  tagValues(key: string): Promise<VariableValue[]> {
    const found = this.#client.get('tags', { prefix: `${key}=`, limit: maxListed });
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
}
