// Shows events and what became of them as rows of a table, on a terminal in colours and cut to its width.

import {
  bodyOf,
  type Event,
  formatTime,
  type ListedEvent,
  type ListedGroup,
  type StreamedChange,
  titleOf,
} from '@anthracite/protocol';
import { type Colours, createColours } from './colours';
import type { Environment } from './environment';
import { type Cell, Table, type TableLayout } from './table';

const maxTypeWidth = 32;

/** Events, one a line: id, time, type, tags, title, and how many more lines the description has. */
export class EventTable {
  readonly #table: Table;
  readonly #colours: Colours;
  readonly #zone: string;

  constructor(environment: Environment, zone: string) {
    this.#table = new Table(layoutOf(environment));
    this.#colours = createColours(environment);
    this.#zone = zone;
  }

  /** The lines of some events. */
  format(events: readonly ListedEvent[]): string {
    return this.#table.format(
      events.map(({ id, group, ...event }) => this.#row(id, event, summarize(event, group))),
    );
  }

  /** The line of a change: what the event is now, or was before it was deleted. */
  formatChange({ id, who, before, after }: StreamedChange): string {
    const event = after ?? before;
    if (event === null) return '';
    const row = this.#row(id, event, `${describeChange({ who, before, after })}: ${summarize(event)}`);
    const colour = after === null ? this.#colours.gone : this.#colours.note;
    return this.#table.format([row.map((cell) => ({ text: textOf(cell), colour }))]);
  }

  #row(id: number, { time, type, tags }: Event, title: string): Cell[] {
    const colours = this.#colours;
    return [
      { text: String(id), colour: colours.id },
      { text: formatTime(time, this.#zone), colour: colours.time },
      { text: type, colour: colours.type(type) },
      { text: tags.join(' '), colour: colours.tags },
      title,
    ];
  }
}

/** What was done to an event: `edited by ops`. */
export function describeChange({
  who,
  before,
  after,
}: Pick<StreamedChange, 'who' | 'before' | 'after'>): string {
  const done = after === null ? 'deleted' : before === null ? 'restored' : 'edited';
  return who === null ? done : `${done} by ${who}`;
}

/** The width of the terminal that standard output is, and how wide columns may be in it. */
export function layoutOf({ stdout }: Environment): TableLayout {
  const width = stdout.isTTY ? (stdout.columns ?? null) : null;
  if (width === null) return {};
  const maxTagsWidth = Math.max(Math.floor(width / 4), 12);
  return { width, maxWidths: [16, 29, maxTypeWidth, maxTagsWidth] };
}

// The title in one line, with what was folded into the event and what does not fit.
function summarize({ description }: Event, group?: ListedGroup): string {
  const body = bodyOf(description);
  const lines = body === '' ? 0 : body.split('\n').length;
  const more = lines === 0 ? '' : ` [+${lines} ${lines === 1 ? 'line' : 'lines'}]`;
  return `${titleOf(description)}${group === undefined ? '' : ` (${describeGroup(group)})`}${more}`;
}

function describeGroup({ count, hosts, moreHosts }: ListedGroup): string {
  const more = moreHosts > 0 ? ` and ${moreHosts} more` : '';
  return `${count} events${hosts.length > 0 ? ` on ${hosts.join(', ')}${more}` : ''}`;
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);
