// The lanes: rows, marks and bars on an axis of time that is zoomed and panned. The only file that knows vis-timeline.
// What is drawn comes as elements: no text of an event is ever read as markup.

import moment from 'moment';
import { DataSet } from 'vis-data/esnext';
import { type DataGroup, type DataItem, Timeline } from 'vis-timeline/esnext';
import { offsetAt, type TimeRange } from '../../timeline/bins';

/** A row. */
export interface ChartRow {
  readonly id: string;
  readonly label: HTMLElement;
  readonly className: string;
}

/** Something in a row: a point in time where `untilMs` is null. */
export interface ChartItem {
  readonly id: string;
  readonly row: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly className: string;
  readonly element: HTMLElement;
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

type Row = DataGroup & { readonly id: string; readonly order: number; readonly label: HTMLElement };
type Item = DataItem & { readonly id: string; readonly content: never };

const shortestMs = 2_000;
const longestMs = 100 * 366 * 86_400_000;
const timeFormats = { minorLabels: { minute: 'HH:mm', hour: 'HH:mm', weekday: 'ddd D', day: 'D' } };

export class Chart {
  readonly #rows = new DataSet<Row>();
  readonly #items = new DataSet<Item>();
  readonly #timeline: Timeline;

  constructor(container: HTMLElement, { range, zone, onMoving, onMoved, onPlaced }: ChartOptions) {
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
      groupTemplate: (row: { readonly label: HTMLElement } | null) =>
        row?.label ?? document.createElement('span'),
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
    replace<Row>(
      this.#rows,
      rows.map(({ id, label, className }, order) => ({ id, order, className, content: '', label })),
    );
    replace<Item>(
      this.#items,
      items.map(
        ({ id, row, fromMs, untilMs, className, element }) =>
          ({
            id,
            group: row,
            start: fromMs,
            ...(untilMs !== null && { end: untilMs }),
            type: untilMs === null ? 'point' : 'range',
            className,
            element,
          }) as unknown as Item,
      ),
    );
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
