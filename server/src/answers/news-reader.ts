// Reads what is new after a position: new events, and changes of any event.

import type { EventQuery } from '../query/event-query';
import { type Position, toPlace, toPosition } from '../storage/position';
import type { News, Start } from './answers';
import type { Reader } from './reader';
import type { Records } from './records';

const eventsAtOnce = 500;
const changesAtOnce = 50;

export class NewsReader {
  readonly #reader: Reader;
  readonly #records: Records;

  constructor(reader: Reader, records: Records) {
    this.#reader = reader;
    this.#records = records;
  }

  async position(): Promise<Position> {
    return toPosition(await this.#records.place());
  }

  async start(asked: Position): Promise<Start> {
    const { event, change } = toPlace(asked);
    const end = await this.#records.place();
    const isReset = event > end.event || change > end.change;
    return { position: isReset ? toPosition(end) : asked, isReset };
  }

  async news(query: EventQuery, after: Position): Promise<News> {
    const from = toPlace(after);
    const { events, upto, isAll } = await this.#reader.since(query, from.event, eventsAtOnce);
    const changes = await this.#records.changesAfter(from.change, changesAtOnce);
    const lastChange = changes.entries.at(-1)?.id ?? from.change;
    return {
      events: events.map((event) => ({
        event,
        position: toPosition({ event: event.id, change: from.change }),
      })),
      changes: changes.entries.map((change) => ({
        change,
        position: toPosition({ event: upto, change: change.id }),
      })),
      position: toPosition({ event: upto, change: lastChange }),
      isAll: isAll && changes.isAll,
    };
  }
}
