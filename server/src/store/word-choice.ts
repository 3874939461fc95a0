// Decides where the index of words helps a search: where it finds few events, or few that the search leaves out.

import type { Search } from '@anthracite/protocol/core';
import { toMatch, toUnwanted } from './search-index';
import { countMatches, countsOfWords, searchLag } from './selection';
import type { Statements } from './statements';

// Beyond these, sorting what the index finds costs more than walking along the time index.
const maxFoundEvents = 20_000;
// So many ids are held in memory at once.
const maxUnwantedEvents = 500_000;

export class WordChoice {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** The question to the index that finds all events of a search; null where it finds too many, or cannot help. */
  wanted(search: Search): string | null {
    const match = toMatch(search, (prefix) => this.#isRare(prefix));
    return match !== null && this.#finds(match, maxFoundEvents) ? match : null;
  }

  /** The question to the index that finds events that a search leaves out; null where it finds too many. */
  unwanted(search: Search): string | null {
    const match = toUnwanted(search);
    return match !== null && this.#finds(match, maxUnwantedEvents) ? match : null;
  }

  #finds(match: string, most: number): boolean {
    if (this.#statements.number(searchLag) > maxFoundEvents) return false;
    return this.#statements.number(countMatches(match, most)) < most;
  }

  // Counted word by word: there may be many with this beginning, or one that nearly all events have.
  #isRare(prefix: string): boolean {
    let count = 0;
    for (const row of this.#statements.iterate(countsOfWords(prefix))) {
      count += (row as [number])[0];
      if (count >= maxFoundEvents) return false;
    }
    return true;
  }
}
