// Updates address, range, fields and links to the current view.

import { render } from 'preact';
import { withParameters } from '../../address';
import { rangeName } from '../../range-names';
import type { TimeRange } from '../../timeline/bins';
import { RangeText } from '../../timeline/range-text';
import { addressOf, type TimelineView, viewOf } from '../../timeline/timeline-address';
import { ownAddress } from '../parts/own-address';

/** Updates them. */
export function showView(section: HTMLElement, view: TimelineView, range: TimeRange, zone: string): void {
  const tz = new URLSearchParams(location.search).get('tz');
  history.replaceState(null, '', withParameters(addressOf(view, location.pathname), { tz }));
  const share = document.querySelector<HTMLAnchorElement>('#share');
  if (share !== null)
    share.href = withParameters(addressOf(viewOf(range, view), location.pathname), { tz: zone });
  const text = section.querySelector('[data-part="range"]');
  if (text !== null) render(<RangeText range={range} zone={zone} />, text);
  const typed = { from: view.from, until: view.until ?? '' };
  for (const name of ['from', 'until'] as const) {
    const input = section.querySelector<HTMLInputElement>(`input[type="text"][name="${name}"]`);
    if (input !== null) input.value = typed[name];
  }
  const picked = section.querySelector('[data-part="picked"]');
  if (picked !== null) picked.textContent = rangeName(typed, range, zone);
  const table = section.querySelector<HTMLAnchorElement>('[data-part="table"]');
  if (table !== null) table.href = ownAddress(addressOf(view, '/events/'));
  for (const link of section.querySelectorAll<HTMLAnchorElement>('[data-near]')) {
    const isShown = view.until === null && link.dataset['near'] === view.from;
    if (isShown) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}
