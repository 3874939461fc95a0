// The live table of events: inserts rows in order, newest first, and reloads the whole table.

import { type GroupedEvent, parseSearch } from '@anthracite/protocol/browser';
import { type ComponentChildren, render } from 'preact';
import { dayOf, EventRow, type Fold, foldOf, type RowView } from '../../event-row';
import { DayHead } from '../../event-table';
import { distanceText, localText } from '../../instant';

export class LiveTable {
  readonly #root: HTMLElement;
  readonly #zone: string;
  readonly #fold: (Fold & { readonly windowMs: number }) | null;
  readonly #takePage: (page: Document) => void;

  /** `takePage` gets the page when the table is loaded again. */
  constructor(root: HTMLElement, zone: string, takePage: (page: Document) => void) {
    this.#root = root;
    this.#zone = zone;
    this.#fold = JSON.parse(root.dataset['fold'] ?? 'null');
    this.#takePage = takePage;
    root.addEventListener('pointerover', ({ target }) => this.#tellAge(target));
  }

  /** True if the table shows an event. */
  has(id: number): boolean {
    return this.#row(id) !== null;
  }

  get rowCount(): number {
    return this.#root.querySelectorAll('tr.event').length;
  }

  /** Inserts an event at its position. False if the position is unknown, or if the event must be folded into a row. */
  put(event: GroupedEvent): boolean {
    const table = this.#root.querySelector('table');
    if (table === null || this.#isFolded(event)) return false;
    this.#row(event.id)?.remove();
    const self = this.#root.dataset['self'] ?? '';
    const text = new URL(self, location.href).searchParams.getAll('q').join(' ');
    const view: RowView = {
      self,
      zone: this.#zone,
      now: Date.now(),
      search: text === '' ? null : parseSearch(text),
      fold: this.#fold,
      spans: new Map(),
    };
    const day = dayOf(event, view);
    const days = [...table.tBodies];
    const later = days.find((one) => (one.dataset['day'] ?? '') <= day) ?? null;
    // An event after the last row belongs to the next page.
    if (later === null && this.#root.querySelector('a[rel="next"]') !== null) return true;
    const body = later?.dataset['day'] === day ? later : this.#addDay(table, later, event, day);
    const row = draw(<EventRow event={event} view={view} />);
    row.classList.add('fresh');
    const rows = [...body.querySelectorAll<HTMLElement>('tr.event')];
    body.insertBefore(row, rows.find((one) => isBefore(event, one)) ?? null);
    return true;
  }

  /** Reloads the table from the server. Rejects if the server is busy. */
  async renew(changed: ReadonlySet<number> = new Set()): Promise<void> {
    const response = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (response.status === 503) throw new Error('the server is busy');
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const renewed = page.querySelector('#events');
    if (renewed === null) return;
    const focused = document.activeElement?.closest<HTMLElement>('tr.event')?.dataset['id'];
    this.#takePage(page);
    const opened = [...this.#root.querySelectorAll<HTMLElement>('tr.event:has(details[open])')];
    const openIds = opened.map(({ dataset }) => Number(dataset['id']));
    this.#root.replaceChildren(...renewed.childNodes);
    for (const id of openIds) this.#row(id)?.querySelector('details')?.setAttribute('open', '');
    for (const id of changed) this.#row(id)?.classList.add('fresh');
    if (focused !== undefined) this.#row(Number(focused))?.querySelector<HTMLElement>('a.at')?.focus();
  }

  // True if another row within the window has the same fold, or if the row of the event is a group.
  #isFolded(event: GroupedEvent): boolean {
    if (this.#fold === null) return false;
    const own = this.#row(event.id);
    if (own !== null) return own.querySelector('.group') !== null;
    const fold = foldOf(event, this.#fold);
    const { windowMs } = this.#fold;
    return (
      fold !== null &&
      [...this.#root.querySelectorAll<HTMLElement>('tr.event')].some(
        ({ dataset }) =>
          dataset['fold'] === fold && Math.abs(Number(dataset['time']) - event.time) <= windowMs,
      )
    );
  }

  #row(id: number): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>(`tr.event[data-id="${id}"]`);
  }

  #addDay(
    table: HTMLTableElement,
    before: HTMLElement | null,
    { time }: GroupedEvent,
    day: string,
  ): HTMLElement {
    const body = document.createElement('tbody');
    body.dataset['day'] = day;
    body.append(draw(<DayHead time={time} zone={this.#zone} />));
    table.insertBefore(body, before);
    return body;
  }

  // The age of an event changes while the page is open, so the tooltip is updated on hover.
  #tellAge(target: EventTarget | null): void {
    const link = target instanceof Element ? target.closest<HTMLElement>('a.at') : null;
    const time = Number(link?.closest<HTMLElement>('tr')?.dataset['time']);
    if (link === null || Number.isNaN(time)) return;
    link.title = `${localText(time, this.#zone)} ${this.#zone}, ${distanceText(time, Date.now())}`;
  }
}

function isBefore({ time, id }: GroupedEvent, { dataset }: HTMLElement): boolean {
  const distance = time - Number(dataset['time']);
  return distance > 0 || (distance === 0 && id > Number(dataset['id']));
}

// A row can only be rendered inside a table body.
function draw(row: ComponentChildren): HTMLElement {
  const body = document.createElement('tbody');
  render(row, body);
  return body.firstElementChild as HTMLElement;
}
