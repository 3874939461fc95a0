// Checks rows as they are read: an index that differs from its events, or is out of order, means damage. Costs a few
// comparisons per row; the integrity check finds the rest.

import type { Cursor, EventQuery } from '../query/event-query';
import { Damage } from '../storage/store-error';

/** Events as an index holds them: columns of equal length. */
export interface Picked {
  readonly id: readonly number[];
  readonly series: readonly number[];
}

type Row = readonly [id: number, time: number | null, series: number, ...rest: unknown[]];

/**
 * Checks that events found through the index of times are in the query's order, after a cursor. Their time is null when
 * the event is missing. Throws `Damage`.
 */
export function checkOrder(
  rows: readonly Row[],
  { order }: Pick<EventQuery, 'order'>,
  after: Cursor | null,
): void {
  const sign = order === 'ascending' ? 1 : -1;
  let { time: lastTime, id: lastId } = after ?? { time: -sign * Number.POSITIVE_INFINITY, id: 0 };
  for (const [id, time] of rows) {
    if (time === null) throw new Damage(`event ${id} is missing, but the index events_by_time has it`);
    const step = sign * (time - lastTime || id - lastId);
    if (!(step > 0)) throw new Damage(`an index is out of order at event ${id}`);
    lastTime = time;
    lastId = id;
  }
}

/** Checks that the instants of the index of times never decrease. Throws `Damage`. */
export function checkTimes(times: readonly number[]): void {
  for (let i = 1; i < times.length; i++) {
    if ((times[i] as number) < (times[i - 1] as number))
      throw new Damage(`the index events_by_time is out of order at the time ${times[i]}`);
  }
}

/** Checks that the events of an index, from one position on, exist and agree with the index. Throws `Damage`. */
export function checkPicked(rows: readonly Row[], picked: Picked, from: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const id = picked.id[from + i];
    const row = rows[i];
    if (row === undefined || row[0] !== id) throw new Damage(`event ${id} is missing, but an index has it`);
    if (row[2] !== picked.series[from + i])
      throw new Damage(`event ${id} differs from its entry in an index`);
  }
}

/** Checks that events come in the order of their ids, after an id. Throws `Damage`. */
export function checkIds(rows: readonly Row[], after: number): void {
  let last = after;
  for (const [id] of rows) {
    if (id <= last) throw new Damage(`the table events is out of order at event ${id}`);
    last = id;
  }
}
