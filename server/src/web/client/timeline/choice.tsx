// What was chosen on the timeline: its details, and the range that it leads to.

import { render } from 'preact';
import type { TimeRange } from '../../timeline/bins';
import { type Chosen, Details } from './details';
import { around } from './drawing';

/** Shows details in an element, or none. */
export function tellChoice(
  element: HTMLElement,
  chosen: Chosen | null,
  zone: string,
  handlers: { readonly onZoom: () => void; readonly onClose: () => void },
): void {
  render(chosen && <Details chosen={chosen} zone={zone} {...handlers} />, element);
}

/** The range of what was chosen; a span that is open lasts until `now`. */
export function rangeOfChoice(chosen: Chosen, now: number): TimeRange {
  if (chosen.kind === 'mark') return around(chosen.mark);
  return around({ fromMs: chosen.span.begin, untilMs: chosen.span.end ?? now });
}
