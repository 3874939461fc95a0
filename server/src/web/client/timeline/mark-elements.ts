// The elements of marks, bars and intervals. Text goes in as text.

import { titleOf } from '@anthracite/protocol/browser';
import { localText } from '../../instant';
import type { Bin } from '../../timeline/bins';
import { countText } from '../../timeline/histogram';
import type { Mark } from '../../timeline/lane-marks';
import type { ListedSpan, PlacedSpan } from '../../timeline/span-rows';

// A label that is shorter says nothing.
const leastLabelPixels = 36;
// What the dot takes, and some air before the next one.
const dotPixels = 22;
const edgePixels = 16;
const shortBarPixels = 80;
const signs = { incident: '▼', gain: '▲', other: '■' } as const;

/** Elements by the ids of what they show: what is drawn again keeps its element. */
export class MarkElements {
  readonly #known = new Map<string, HTMLAnchorElement>();
  readonly #used = new Set<string>();

  /** One event, with its title where there is room for it, or several, with their count. */
  mark(id: string, mark: Mark, href: string, roomPixels: number, zone: string): HTMLAnchorElement {
    const [first] = mark.events;
    const count = mark.events.length;
    const title = first === undefined ? '' : titleOf(first.description);
    const element = this.#of(id, count === 1 ? 'lane-mark' : 'lane-mark many', href);
    const dot = part('lane-dot', count === 1 ? '' : String(count));
    const label = part('lane-label', count === 1 ? title : '');
    setRoom(label, roomPixels - dotPixels);
    element.replaceChildren(dot, label);
    tell(
      element,
      `${localText(mark.fromMs, zone)} ${count === 1 ? `${first?.type}: ${title}` : countText(count)}`,
    );
    return element;
  }

  /** A span, with its grade in words. A bar that is too short for its label has it behind it. */
  bar(
    id: string,
    { span, untilMs }: PlacedSpan,
    href: string,
    { barPixels, roomPixels }: { readonly barPixels: number; readonly roomPixels: number },
    zone: string,
  ): HTMLAnchorElement {
    const grade = gradeOf(span);
    const open = span.end === null ? 'open' : '';
    const element = this.#of(id, 'lane-bar', href);
    const text = [signs[span.scale], grade, open, span.title].filter(Boolean).join(' ');
    const label = part('lane-label', text);
    const shift = barPixels < shortBarPixels ? barPixels : 0;
    label.style.marginInlineStart = `${Math.round(shift)}px`;
    setRoom(label, roomPixels - shift - edgePixels);
    element.replaceChildren(label);
    const until = span.end === null ? 'still open' : `to ${localText(untilMs, zone)}`;
    tell(element, `${text}, ${span.type}, ${localText(span.begin, zone)} ${until}`);
    return element;
  }

  /** An interval with its count. */
  bin(
    id: string,
    { fromMs, count }: Bin,
    href: string,
    widthPixels: number,
    zone: string,
  ): HTMLAnchorElement {
    const element = this.#of(id, 'lane-bin', href);
    const text = count < 10_000 ? String(count) : `${Math.round(count / 1000)}k`;
    element.replaceChildren(part('lane-count', widthPixels >= text.length * 7 + 4 ? text : ''));
    tell(element, `${localText(fromMs, zone)}: ${countText(count)}`);
    return element;
  }

  /** Forgets what was not drawn since the last time. */
  sweep(): void {
    for (const id of this.#known.keys()) if (!this.#used.has(id)) this.#known.delete(id);
    this.#used.clear();
  }

  #of(id: string, className: string, href: string): HTMLAnchorElement {
    let element = this.#known.get(id);
    if (element === undefined) {
      element = document.createElement('a');
      element.draggable = false;
      element.dataset['id'] = id;
      this.#known.set(id, element);
    }
    this.#used.add(id);
    element.className = className;
    element.href = href;
    return element;
  }
}

/** `sev2`, `gain1`; empty for what has no severity. */
export function gradeOf({ severity, scale }: ListedSpan): string {
  return severity === null ? '' : `${scale === 'gain' ? 'gain' : 'sev'}${severity}`;
}

function tell(element: HTMLElement, text: string): void {
  element.ariaLabel = text;
  element.dataset['told'] = text;
}

function part(className: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  return element;
}

function setRoom(label: HTMLElement, pixels: number): void {
  label.hidden = pixels < leastLabelPixels;
  label.style.maxWidth = Number.isFinite(pixels) ? `${Math.floor(pixels)}px` : '';
}
