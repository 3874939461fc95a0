// Moves marks of spans for the sources that reported them. Runs within the writer's transactions.

import { parseMark, type StoredEvent } from '@anthracite/protocol/core';
import type { EventKey } from '../event-batch';
import type { Change, MoveOutcome } from '../event-change';
import type { Changes } from './changes';
import type { Database } from './connection';
import type { KeyTable } from './key-table';

export class Moves {
  readonly #changes: Changes;
  readonly #keys: KeyTable;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database, changes: Changes, keys: KeyTable) {
    this.#changes = changes;
    this.#keys = keys;
    this.#statements = prepareStatements(db);
  }

  /** Moves the mark with a key; null reopens its span. */
  move(key: EventKey, time: number | null, at: number): MoveOutcome {
    const id = this.#keys.find(key);
    if (id === null) return { kind: 'missing' };
    const change: Change = { at, who: key.source === '' ? null : key.source };
    if (this.#statements.isOthers.get(id, change.who) !== undefined) return { kind: 'kept', id };
    const present = this.#changes.present(id);
    const mark = present ?? this.#changes.deleted(id);
    const role = mark && parseMark(mark.type, mark.tags)?.role;
    if (role === 'start') return this.#moveStart(present, time, change) ?? { kind: 'kept', id };
    if (role === 'end') return this.#moveEnd(id, present, time, change);
    return { kind: 'kept', id };
  }

  #moveStart(start: StoredEvent | null, time: number | null, change: Change): MoveOutcome | null {
    if (start === null || time === null) return null;
    return time < start.time ? this.#moveTo(start, time, change) : { kind: 'unchanged', event: start };
  }

  #moveEnd(id: number, end: StoredEvent | null, time: number | null, change: Change): MoveOutcome {
    if (end === null) {
      if (time === null) return { kind: 'kept', id };
      const restored = this.#changes.restore(id, change);
      if (restored.kind !== 'done' || restored.event.time >= time) return restored;
      const moved = this.#moveTo(restored.event, time, change);
      return moved.kind === 'same' ? restored : moved;
    }
    if (time === null) return this.#changes.remove(id, change, null);
    return time > end.time ? this.#moveTo(end, time, change) : { kind: 'unchanged', event: end };
  }

  #moveTo({ id }: StoredEvent, time: number, change: Change): MoveOutcome {
    return this.#changes.edit(id, { time }, change, null);
  }
}

function prepareStatements(db: Database) {
  return {
    isOthers: db.prepare('SELECT 1 FROM history WHERE event = ? AND who IS NOT ? LIMIT 1'),
  };
}
