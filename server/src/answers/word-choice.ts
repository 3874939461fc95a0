// Decides when the index of words helps a search: when few events match, or when few events are excluded.

import type { Search } from '@anthracite/protocol/core';
import type { Asker } from '../storage/asker';

// With more events, sorting the results of the index costs more than walking along the time index.
const maxFoundEvents = 20_000;
// Maximum number of ids held in memory at once.
const maxUnwantedEvents = 500_000;

export class WordChoice {
  readonly #asker: Asker;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  /** The index query that finds all events of a search; null when it finds too many, or cannot help. */
  async wanted(search: Search): Promise<string | null> {
    const { words } = this.#asker.sql;
    const rare = new Set<string>();
    for (const prefix of new Set(words.prefixesOf(search))) if (await this.#isRare(prefix)) rare.add(prefix);
    const question = words.wanted(search, rare);
    return question !== null && (await this.#finds(question, maxFoundEvents)) ? question : null;
  }

  /** The index query that finds events that a search excludes; null when it finds too many. */
  async unwanted(search: Search): Promise<string | null> {
    const question = this.#asker.sql.words.unwanted(search);
    return question !== null && (await this.#finds(question, maxUnwantedEvents)) ? question : null;
  }

  async #finds(question: string, most: number): Promise<boolean> {
    const { lag, countFound } = this.#asker.sql.words;
    if ((await this.#asker.number(lag)) > maxFoundEvents) return false;
    return (await this.#asker.number(countFound(question, most))) < most;
  }

  // Counted word by word: there may be many words with this prefix, or one that nearly all events have.
  async #isRare(prefix: string): Promise<boolean> {
    let count = 0;
    for await (const block of this.#asker.blocks<[number]>(this.#asker.sql.words.countsOf(prefix))) {
      for (const [events] of block) count += events;
      if (count >= maxFoundEvents) return false;
    }
    return true;
  }
}
