// Decides when the index of words helps a search: when few events match, or when few events are excluded.

import type { Search } from '@anthracite/protocol/core';
import type { Asker } from '../storage/asker';
import { countUpTo } from '../storage/sql';

interface Probe {
  readonly vain: number;
  readonly events: number;
}

// With more events, sorting the results of the index costs more than walking along the time index.
const maxFoundEvents = 20_000;
// Maximum number of ids held in memory at once.
const maxUnwantedEvents = 500_000;
// Events that the index does not contain yet are read: up to this many at once.
const maxQuickLag = 2_000;
// After this many events without a match, the index is used if a word is in fewer events than this. So a search for
// rare words reads few events, and one for frequent words spends little time on the index.
const probes: readonly Probe[] = [
  { vain: 0, events: 64 },
  { vain: 100, events: 1_000 },
  { vain: 500, events: 5_000 },
];
const maxVainEvents = 2_000;
// A word of every tenth event is not rare.
const maxVainPerMatch = 10;

export class WordChoice {
  readonly #asker: Asker;
  readonly #search: Search;
  #probes: readonly Probe[];
  #isDecided = false;

  /** For one search. */
  constructor(asker: Asker, search: Search) {
    this.#asker = asker;
    this.#search = search;
    this.#probes = asker.sql.words.countsEarly ? probes : probes.slice(1);
  }

  /** Whether the index was asked for the last time. */
  get isDecided(): boolean {
    return this.#isDecided;
  }

  /**
   * After events that did not match, and others that did: the index query that finds all events of the search, if that
   * is faster than to read on; otherwise null.
   */
  async wanted(vain: number, matching: number): Promise<string | null> {
    const probe = this.#probes[0];
    if (probe !== undefined && vain >= probe.vain && matching * maxVainPerMatch <= vain) {
      this.#probes = this.#probes.slice(1);
      return this.#rare(probe.events);
    }
    if (this.#isDecided || vain <= maxVainEvents) return null;
    this.#isDecided = true;
    const { words } = this.#asker.sql;
    const question = words.wanted(this.#search, await this.#rarePrefixes(maxFoundEvents));
    return question !== null && (await this.#finds(question, maxFoundEvents, maxFoundEvents))
      ? question
      : null;
  }

  /** The index query that finds events that the search excludes; null when it finds too many. */
  async unwanted(): Promise<string | null> {
    const question = this.#asker.sql.words.unwanted(this.#search);
    return question !== null && (await this.#finds(question, maxUnwantedEvents, maxFoundEvents))
      ? question
      : null;
  }

  // The index query, if one of the words is in fewer events than this.
  async #rare(events: number): Promise<string | null> {
    const { words } = this.#asker.sql;
    const prefixes = await this.#rarePrefixes(events);
    let isRare = prefixes.size > 0;
    for (const word of isRare ? [] : words.wholeWords(this.#search)) {
      isRare = (await this.#asker.number(words.countFound(word, events))) < events;
      if (isRare) break;
    }
    if (!isRare) return null;
    const question = words.wanted(this.#search, prefixes);
    return question !== null && (await this.#finds(question, events, Math.max(events, maxQuickLag)))
      ? question
      : null;
  }

  async #finds(question: string, most: number, maxLag: number): Promise<boolean> {
    const { lag, countFound } = this.#asker.sql.words;
    if ((await this.#asker.number(lag)) > maxLag) return false;
    return (await this.#asker.number(countFound(question, most))) < most;
  }

  async #rarePrefixes(events: number): Promise<ReadonlySet<string>> {
    const { words } = this.#asker.sql;
    const rare = new Set<string>();
    for (const prefix of new Set(words.prefixesOf(this.#search))) {
      const mentions = countUpTo(words.mentionsOf(prefix), events);
      if ((await this.#asker.number(mentions)) < events) rare.add(prefix);
    }
    return rare;
  }
}
