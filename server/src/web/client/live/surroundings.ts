// The parts around the table that depend on its events: banner, navigation, histogram, facets. They are renewed less often than
// the table.

import type { GroupedEvent } from '@anthracite/protocol/browser';
import { parseScale } from '@anthracite/protocol/browser';
import { addRangeBrush } from './range-brush';

const parts = ['banner', 'pages', 'histogram', 'facets'];
const restMs = 10_000;
const incidentRestMs = 500;

export class Surroundings {
  #timer = 0;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor() {
    addRangeBrush();
  }

  /** Renews the parts soon, because there is a new event; at once for an incident. */
  follow({ type, tags }: GroupedEvent): void {
    const rest = parseScale(type, tags).scale === 'incident' ? incidentRestMs : restMs;
    const at = Date.now() + rest;
    if (at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = window.setTimeout(() => void this.#renew(), rest);
  }

  /** Takes the parts of a page that was loaded again. Parts in use stay as they are. */
  take(page: Document): void {
    clearTimeout(this.#timer);
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const id of parts) {
      const old = document.getElementById(id);
      const renewed = page.getElementById(id);
      if (old === null || renewed === null || old.contains(document.activeElement)) continue;
      if (id === 'facets') keepOpen(old, renewed);
      old.replaceWith(renewed);
      if (id === 'histogram') addRangeBrush();
    }
  }

  async #renew(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY;
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (response.ok) this.take(new DOMParser().parseFromString(await response.text(), 'text/html'));
    } catch {
      // The next event tries again.
    }
  }
}

function keepOpen(old: Element, renewed: Element): void {
  const names = new Set(
    [...old.querySelectorAll('section:has(details[open]) h2')].map(({ textContent }) => textContent),
  );
  for (const section of renewed.querySelectorAll('section')) {
    if (names.has(section.querySelector('h2')?.textContent ?? ''))
      section.querySelector('details')?.setAttribute('open', '');
  }
}
