// The lanes: rows, and what stands in them, on an axis of time that is zoomed and panned. The only file that knows vis-timeline.
// What is drawn comes as parts of a page: no text of an event is ever read as markup.

import moment from 'moment';
import { type ComponentChildren, render } from 'preact';
import { DataSet } from 'vis-data/esnext';
import { type DataGroup, type DataItem, Timeline } from 'vis-timeline/esnext';
import { offsetAt, type TimeRange } from '../../timeline/bins';

/** A row. */
export interface ChartRow {
  readonly id: string;
  readonly label: ComponentChildren;
  readonly className: string;
}

/**
 * Something in a row, from a time to another. A `bar` keeps its begin in sight while it is panned; a `ground` moves and stretches
 * with the axis, and so does what stands in it.
 */
export interface ChartItem extends TimeRange {
  readonly id: string;
  readonly row: string;
  readonly kind: 'bar' | 'ground';
  readonly className: string;
  readonly content: ComponentChildren;
}

export interface ChartOptions {
  readonly range: TimeRange;
  readonly zone: string;
  /** While the range moves, and when it has moved. `isByHand` when somebody dragged or zoomed. */
  readonly onMoving: (range: TimeRange) => void;
  readonly onMoved: (range: TimeRange, isByHand: boolean) => void;
  /** When rows and axis have found their places. */
  readonly onPlaced: () => void;
}

type Row = DataGroup & { readonly id: string; readonly order: number; readonly element: HTMLElement };
type Item = DataItem & { readonly id: string; readonly content: never };

const shortestMs = 2_000;
const longestMs = 100 * 366 * 86_400_000;
const emptyRow: ChartRow = { id: 'empty', label: '', className: '' };
const timeFormats = { minorLabels: { minute: 'HH:mm', hour: 'HH:mm', weekday: 'ddd D', day: 'D' } };

export class Chart {
  readonly #rows = new DataSet<Row>();
  readonly #items = new DataSet<Item>();
  readonly #labels = new Elements('chart-label');
  readonly #contents = new Elements('chart-content');
  readonly #timeline: Timeline;

  constructor(container: HTMLElement, { range, zone, onMoving, onMoved, onPlaced }: ChartOptions) {
    // The axis begins where it will begin when there are names.
    this.draw([emptyRow], []);
    this.#timeline = new Timeline(container, this.#items as never, this.#rows as never, {
      start: range.fromMs,
      end: range.untilMs,
      zoomMin: shortestMs,
      zoomMax: longestMs,
      // The wheel alone scrolls the page.
      zoomKey: 'ctrlKey',
      stack: false,
      selectable: false,
      showTooltips: false,
      showCurrentTime: true,
      orientation: { axis: 'top', item: 'top' },
      margin: { axis: 6, item: { horizontal: 0, vertical: 4 } },
      groupOrder: (one: Row, other: Row) => one.order - other.order,
      template: (item: { readonly element: HTMLElement }) => item.element,
      groupTemplate: (row: { readonly element: HTMLElement } | null) =>
        row?.element ?? document.createElement('span'),
      format: timeFormats,
      moment: clockOf(zone, range) as never,
    });
    this.#timeline.on('changed', onPlaced);
    this.#timeline.on('rangechange', () => onMoving(this.range));
    this.#timeline.on('rangechanged', ({ byUser }: { readonly byUser: boolean }) =>
      onMoved(this.range, byUser),
    );
  }

  /** What is in view. */
  get range(): TimeRange {
    const { start, end } = this.#timeline.getWindow();
    return { fromMs: start.getTime(), untilMs: end.getTime() };
  }

  /** Shows a range, at once. */
  show({ fromMs, untilMs }: TimeRange): void {
    this.#timeline.setWindow(fromMs, untilMs, { animation: false });
  }

  /** The place of the axis within the chart, in pixels. */
  get axis(): { readonly left: number; readonly width: number } {
    const { dom } = this.#timeline as unknown as { readonly dom: { readonly centerContainer: HTMLElement } };
    return { left: dom.centerContainer.offsetLeft, width: dom.centerContainer.offsetWidth };
  }

  /** Says what time it is, where the browser's clock is not the server's. */
  setNow(now: number): void {
    this.#timeline.setCurrentTime(now);
  }

  /** Draws these, in place of what was there. What stays keeps its element, and so the focus. */
  draw(rows: readonly ChartRow[], items: readonly ChartItem[]): void {
    const drawnRows = rows.map(
      ({ id, label, className }, order): Row => ({
        id,
        order,
        className,
        content: '',
        element: this.#labels.drawn(id, label),
      }),
    );
    const drawnItems = items.map(
      ({ id, row, kind, fromMs, untilMs, className, content }) =>
        ({
          id,
          group: row,
          start: fromMs,
          end: untilMs,
          type: 'range',
          ...(kind === 'ground' && { limitSize: false, align: 'left' }),
          className: `${kind} ${className}`,
          element: this.#contents.drawn(id, content),
        }) as unknown as Item,
    );
    replace(this.#rows, drawnRows);
    replace(this.#items, drawnItems);
    this.#labels.sweep();
    this.#contents.sweep();
  }
}

// The library steps from one line of the axis to the next on clocks that it does not know to change, unless they are those of the
// browser. In other zones they are set as in the middle of the first range.
function clockOf(zone: string, { fromMs, untilMs }: TimeRange): (time: moment.MomentInput) => moment.Moment {
  if (zone === 'UTC') return moment.utc;
  if (zone === Intl.DateTimeFormat().resolvedOptions().timeZone) return moment;
  const minutes = Math.round(offsetAt((fromMs + untilMs) / 2, zone) / 60_000);
  return (time) => moment(time).utcOffset(minutes);
}

function replace<T extends { readonly id: string }>(set: DataSet<T>, wanted: readonly T[]): void {
  const ids = new Set(wanted.map(({ id }) => id));
  set.remove(set.getIds().filter((id) => !ids.has(String(id))));
  set.update(wanted as never);
}

/** Elements that the library places, by the ids of what is drawn in them. */
class Elements {
  readonly #known = new Map<string, HTMLElement>();
  readonly #used = new Set<string>();

  constructor(readonly className: string) {}

  /** The element of an id, with its content as it is now. */
  drawn(id: string, content: ComponentChildren): HTMLElement {
    let element = this.#known.get(id);
    if (element === undefined) {
      element = document.createElement('div');
      element.className = this.className;
      this.#known.set(id, element);
    }
    this.#used.add(id);
    render(content, element);
    return element;
  }

  /** Forgets what was not drawn since the last time. */
  sweep(): void {
    for (const id of this.#known.keys()) if (!this.#used.has(id)) this.#known.delete(id);
    this.#used.clear();
  }
}
