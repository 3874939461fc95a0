// Shows events and their changes as rows of a table; on a terminal in colours and shortened to its width.

import {
  bodyOf,
  describeGroup,
  type Event,
  type EventGroup,
  formatTime,
  type GroupedEvent,
  joinSeries,
  printable,
  type StreamedChange,
  titleOf,
} from '@anthracite/protocol';
import { type Colours, createColours } from './colours';
import type { Environment } from './environment';
import { type Cell, type Part, Table, type TableLayout } from './table';

/**
 * Events, one per line: id, time, type, tags, title, and the number of further lines of the description. On a terminal the
 * title comes before the tags, and a heading names the time zone.
 */
export class EventTable {
  readonly #table: Table;
  readonly #colours: Colours;
  readonly #zone: string;
  readonly #isTerminal: boolean;
  readonly #environment: Environment;
  #isBegun = false;

  constructor(environment: Environment, zone: string) {
    this.#environment = environment;
    this.#isTerminal = environment.stdout.isTTY === true;
    this.#table = new Table(layoutOf(environment));
    this.#colours = createColours(environment);
    this.#zone = zone;
  }

  /** Formats events as lines. */
  format(events: readonly GroupedEvent[]): string {
    return this.#lines(
      events.map(({ id, group, ...event }) =>
        this.#row(id, event, { text: summarize(event, group), colour: (title) => title }),
      ),
    );
  }

  /** Formats a change as a line, with the event after it, or before its deletion. */
  formatChange({ id, who, before, after }: StreamedChange): string {
    const event = after ?? before;
    if (event === null) {
      const text = describeChange({ who, before, after });
      return this.#lines([
        [
          { text: String(id), colour: this.#colours.id },
          { text, colour: this.#colours.deleted },
        ],
      ]);
    }
    const colour = after === null ? this.#colours.deleted : this.#colours.note;
    const text = `${describeChange({ who, before, after })}: ${summarize(event)}`;
    return this.#lines([this.#row(id, event, { text, colour })]);
  }

  #lines(rows: readonly (readonly Cell[])[]): string {
    if (rows.length === 0) return '';
    const isFirst = this.#isTerminal && !this.#isBegun;
    this.#isBegun = true;
    const { note } = this.#colours;
    const head = ['id', this.#zone, 'type', 'title'].map((text) => ({ text, colour: note }));
    return this.#table.format(isFirst ? [head, ...rows] : rows);
  }

  #row(id: number, { time, type, tags }: Event, title: Part): Cell[] {
    const colours = this.#colours;
    const shownTags: Part = { text: tags.join(' '), colour: colours.tags };
    return [
      { text: String(id), colour: colours.id },
      { text: timeFor(time, this.#zone, this.#environment), colour: colours.time },
      { text: type, colour: colours.type(type) },
      ...(this.#isTerminal ? [[title, shownTags]] : [shownTags, title]),
    ];
  }
}

/** An event in one line: time, type and tags as in a line, and the title. Control characters are escaped. */
export function describeEvent(event: Event, zone: string): string {
  const series = joinSeries(event.type, event.tags);
  return printable(`${formatTime(event.time, zone)} ${series} ${summarize(event)}`);
}

/** Names a change of an event, such as `edited by ops`. */
export function describeChange({
  who,
  before,
  after,
}: Pick<StreamedChange, 'who' | 'before' | 'after'>): string {
  const done =
    before === null && after === null
      ? 'purged'
      : after === null
        ? 'deleted'
        : before === null
          ? 'restored'
          : 'edited';
  return who === null ? done : `${done} by ${who}`;
}

/** The table layout for standard output: as wide as its terminal, if it is one. */
export function layoutOf({ stdout }: Environment): TableLayout {
  return { width: stdout.isTTY ? (stdout.columns ?? null) : null };
}

/** A time: ISO 8601 in a pipe or file; `2026-11-24 10:15:00` on a terminal, where a heading names the zone. */
export function timeFor(time: number, zone: string, { stdout }: Environment): string {
  const instant = formatTime(time, zone);
  return stdout.isTTY ? instant.replace('T', ' ').replace(/(?:Z|[+-][\d:]+)$/, '') : instant;
}

/** The title of an event in one line, with the size of its group and the number of further lines. */
export function summarize({ description }: Event, group?: EventGroup): string {
  const body = bodyOf(description);
  const lines = body === '' ? 0 : body.split('\n').length;
  const more = lines === 0 ? '' : ` [+${lines} ${lines === 1 ? 'line' : 'lines'}]`;
  return `${titleOf(description)}${group === undefined ? '' : ` (${describeGroup(group)})`}${more}`;
}
