// The table of events in the page: puts rows where they belong, newest first, and draws the whole table anew.

import type { GroupedEvent } from '@anthracite/protocol/browser';
import { type ComponentChildren, render } from 'preact';
import { dayOf, EventRow, type RowView } from '../../event-row';
import { DayHead } from '../../event-table';
import { distanceText, localText } from '../../instant';

export class LiveTable {
  readonly #root: HTMLElement;
  readonly #zone: string;

  constructor(root: HTMLElement, zone: string) {
    this.#root = root;
    this.#zone = zone;
    root.addEventListener('pointerover', ({ target }) => this.#tellAge(target));
  }

  /** True where an event stands in the table. */
  has(id: number): boolean {
    return this.#row(id) !== null;
  }

  get rowCount(): number {
    return this.#root.querySelectorAll('tr.event').length;
  }

  /** Puts an event where it belongs. False where it cannot be told from here where that is. */
  put(event: GroupedEvent): boolean {
    const table = this.#root.querySelector('table');
    if (table === null) return false;
    this.#row(event.id)?.remove();
    const view: RowView = {
      self: this.#root.dataset['self'] ?? '',
      zone: this.#zone,
      now: Date.now(),
    };
    const day = dayOf(event, view);
    const days = [...table.tBodies];
    const later = days.find((one) => (one.dataset['day'] ?? '') <= day) ?? null;
    // Behind the last row there is the next page.
    if (later === null && this.#root.querySelector('a[rel="next"]') !== null) return true;
    const body = later?.dataset['day'] === day ? later : this.#addDay(table, later, event, day);
    const row = draw(<EventRow event={event} view={view} />);
    row.classList.add('fresh');
    const rows = [...body.querySelectorAll<HTMLElement>('tr.event')];
    body.insertBefore(row, rows.find((one) => isBefore(event, one)) ?? null);
    return true;
  }

  /** Asks the server for the table as it is now. */
  async renew(changed: ReadonlySet<number> = new Set()): Promise<void> {
    const response = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (response.status === 503) throw new Error('the server is busy');
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const renewed = page.querySelector('#events');
    if (renewed === null) return;
    const focused = document.activeElement?.closest<HTMLElement>('tr.event')?.dataset['id'];
    const opened = [...this.#root.querySelectorAll<HTMLElement>('tr.event:has(details[open])')];
    const openIds = opened.map(({ dataset }) => Number(dataset['id']));
    this.#root.replaceChildren(...renewed.childNodes);
    for (const id of openIds) this.#row(id)?.querySelector('details')?.setAttribute('open', '');
    for (const id of changed) this.#row(id)?.classList.add('fresh');
    if (focused !== undefined) this.#row(Number(focused))?.querySelector<HTMLElement>('a.at')?.focus();
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

  // How long ago something was changes while the page stands open: it is told when somebody looks.
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

// A row can only be drawn where rows may stand.
function draw(row: ComponentChildren): HTMLElement {
  const body = document.createElement('tbody');
  render(row, body);
  return body.firstElementChild as HTMLElement;
}
