// The lanes as rows with items on a time axis that can be zoomed and panned. The only file that uses vis-timeline.
// All content comes as components, so that no text of an event is read as markup.

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
 * An item in a row, with a start and an end. A `bar` keeps its start visible while users pan; a `ground` moves and stretches with the
 * axis, and so does its content.
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
  /** Called while the range moves, and after it has moved. `isByHand`: a user dragged or zoomed. */
  readonly onMoving: (range: TimeRange) => void;
  readonly onMoved: (range: TimeRange, isByHand: boolean) => void;
  /** Called when rows and axis have their final positions. */
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
    // An empty row reserves the space of the names, so that the axis does not move later.
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

  /** The visible range. */
  get range(): TimeRange {
    const { start, end } = this.#timeline.getWindow();
    return { fromMs: start.getTime(), untilMs: end.getTime() };
  }

  /** Shows a range, without animation. */
  show({ fromMs, untilMs }: TimeRange): void {
    this.#timeline.setWindow(fromMs, untilMs, { animation: false });
  }

  /** The position of the axis in the chart, in pixels. */
  get axis(): { readonly left: number; readonly width: number } {
    const { dom } = this.#timeline as unknown as { readonly dom: { readonly centerContainer: HTMLElement } };
    return { left: dom.centerContainer.offsetLeft, width: dom.centerContainer.offsetWidth };
  }

  /** Sets the current time, because the browser's clock may differ from the server's. */
  setNow(now: number): void {
    this.#timeline.setCurrentTime(now);
  }

  /** Replaces all rows and items. Items that stay keep their element, and so the focus. */
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

// The library supports clock changes only in the browser's time zone. Other zones use the offset in the middle of the first range.
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

/** Elements that the library positions, by id of their content. */
class Elements {
  readonly #known = new Map<string, HTMLElement>();
  readonly #used = new Set<string>();

  constructor(readonly className: string) {}

  /** The element of an id, with its current content. */
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

  /** Removes elements that were not drawn since the last call. */
  sweep(): void {
    for (const id of this.#known.keys()) if (!this.#used.has(id)) this.#known.delete(id);
    this.#used.clear();
  }
}
