// Moves marks of spans for the sources that reported them. Runs within the writer's transactions.

import { moveOf } from '../change-rules';
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
    const move = moveOf(present, present === null ? this.#changes.deleted(id) : null, time);
    switch (move.kind) {
      case 'keep':
        return { kind: 'kept', id };
      case 'unchanged':
        return move;
      case 'remove':
        return this.#changes.remove(id, change, null);
      case 'moveTo':
        return this.#changes.edit(id, { time: move.time }, change, null);
      case 'restore': {
        const restored = this.#changes.restore(id, change);
        if (restored.kind !== 'done' || restored.event.time >= move.time) return restored;
        const moved = this.#changes.edit(id, { time: move.time }, change, null);
        return moved.kind === 'same' ? restored : moved;
      }
    }
  }
}

function prepareStatements(db: Database) {
  return {
    isOthers: db.prepare('SELECT 1 FROM history WHERE event = ? AND who IS NOT ? LIMIT 1'),
  };
}
