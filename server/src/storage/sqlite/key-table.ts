// The table of keys: the event of each key of a source. Runs within the writer's transactions.

import type { BatchReceipt, EventBatch, EventKey } from '../event-batch';
import type { Database } from './connection';
import type { EventTable } from './event-table';

type Keys = NonNullable<EventBatch['keys']>;

export class KeyTable {
  readonly #events: EventTable;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database, events: EventTable) {
    this.#events = events;
    this.#statements = prepareStatements(db);
  }

  /** The id of a key's event, or null. The event may be deleted. */
  find({ source, key }: EventKey): number | null {
    return (this.#statements.find.get(source, key) as number | undefined) ?? null;
  }

  /** Inserts events, some with keys. Events whose key exists, or comes earlier in the batch, are duplicates. */
  insert(batch: EventBatch, keys: Keys): BatchReceipt {
    const known = new Map<number, number>();
    const firsts = new Map<string, number>();
    const repeats = new Map<number, number>();
    for (const [place, key] of [...keys].sort(([one], [other]) => one - other)) {
      const id = this.find(key);
      const name = JSON.stringify([key.source, key.key]);
      const first = firsts.get(name);
      if (id !== null) known.set(place, id);
      else if (first === undefined) firsts.set(name, place);
      else repeats.set(place, first);
    }
    const passedOver = new Map([...known, ...repeats]);
    const { ids, fresh } = this.#events.insert(batch, passedOver);
    for (const [place, first] of repeats) ids[place] = ids[first] as number;
    for (const place of firsts.values()) {
      const { source, key } = keys.get(place) as EventKey;
      this.#statements.bind.run(source, key, ids[place]);
    }
    return { ids, fresh };
  }
}

function prepareStatements(db: Database) {
  return {
    find: db.prepare('SELECT event FROM event_key WHERE source = ? AND key = ?').pluck(),
    bind: db.prepare('INSERT INTO event_key (source, key, event) VALUES (?, ?, ?)'),
  };
}
