// What the server has to choose from: types, tags, open incidents. For variables, ad hoc filters and editors.

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

  /** The types that there are. Like all below it rejects with a `RequestFailure`. */
  types(): Promise<VariableValue[]> {
    return firstValueFrom(this.#client.get('types', { limit: maxListed }).pipe(map(typeValues)));
  }

  /** Tags, whole, that begin with a text. */
  tags(prefix: string): Promise<VariableValue[]> {
    const found = this.#client.get('tags', { prefix, limit: maxListed });
    return firstValueFrom(found.pipe(map(({ tags }) => tags.map(({ tag }) => ({ text: tag, value: tag })))));
  }

  /** The keys of the tags that there are. */
  tagKeys(): Promise<VariableValue[]> {
    return firstValueFrom(this.#client.get('tags/keys', { limit: maxListed }).pipe(map(tagKeyValues)));
  }

  /** The values of the tags of one key. */
  tagValues(key: string): Promise<VariableValue[]> {
    const found = this.#client.get('tags', { prefix: `${key}=`, limit: maxListed });
    return firstValueFrom(found.pipe(map((list) => tagValues(list, key))));
  }

  /** Incidents that are not over now. */
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
