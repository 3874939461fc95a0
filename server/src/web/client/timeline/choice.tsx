// The selection on the timeline: its details, and its range for zooming.

import { render } from 'preact';
import type { TimeRange } from '../../timeline/bins';
import { type Chosen, Details } from './details';
import { around } from './drawing';

/** Shows the details of a selection in an element; null removes them. */
export function showChoice(
  element: HTMLElement,
  chosen: Chosen | null,
  zone: string,
  handlers: { readonly onZoom: () => void; readonly onClose: () => void },
): void {
  render(chosen && <Details chosen={chosen} zone={zone} {...handlers} />, element);
}

/** The range of a selection; an open span lasts until `now`. */
export function rangeOfChoice(chosen: Chosen, now: number): TimeRange {
  if (chosen.kind === 'mark') return around(chosen.mark);
  return around({ fromMs: chosen.span.begin, untilMs: chosen.span.end ?? now });
}
