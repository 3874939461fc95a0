// The histogram in the browser: users drag over it, or use keys, to select a range.

import { render } from 'preact';
import { localText } from '../../instant';
import type { Bin, TimeRange } from '../../timeline/bins';
import { countText, Histogram } from '../../timeline/histogram';

export interface BrushOptions {
  readonly ground: HTMLElement;
  readonly zone: string;
  readonly onChosen: (range: TimeRange) => void;
}

const leastDragPixels = 4;

export class Brush {
  readonly #ground: HTMLElement;
  readonly #bars = element('div', 'brush-bars');
  readonly #chosen = element('div', 'brush-chosen');
  readonly #output = element('output', 'brush-output');
  readonly #zone: string;
  readonly #onChosen: (range: TimeRange) => void;
  #range: TimeRange = { fromMs: 0, untilMs: 1 };
  #bins: readonly Bin[] = [];
  /** Indexes of `bins`: the start and the current end of the selection. */
  #places: { readonly begin: number; readonly at: number } | null = null;
  #downAt: number | null = null;

  constructor({ ground, zone, onChosen }: BrushOptions) {
    this.#ground = ground;
    this.#zone = zone;
    this.#onChosen = onChosen;
    ground.replaceChildren(this.#bars, this.#chosen, this.#output);
    ground.tabIndex = 0;
    ground.role = 'application';
    ground.ariaLabel =
      'Events over time. Arrow keys move between intervals, Shift and arrow keys select several, Enter zooms to the selection.';
    ground.addEventListener('pointerdown', (event) => this.#down(event));
    ground.addEventListener('pointermove', (event) => this.#move(event));
    ground.addEventListener('pointerup', (event) => this.#up(event));
    ground.addEventListener('pointercancel', () => this.#clear());
    ground.addEventListener('keydown', (event) => this.#key(event));
    ground.addEventListener('blur', () => this.#clear());
    this.#clear();
  }

  /** Draws counts over a range. */
  draw(bins: readonly Bin[], range: TimeRange): void {
    const same = bins.length === this.#bins.length && bins[0]?.fromMs === this.#bins[0]?.fromMs;
    this.#range = range;
    this.#bins = bins;
    this.#bars.style.transform = '';
    render(<Histogram bins={bins} range={range} zone={this.#zone} />, this.#bars);
    if (!same) this.#clear();
  }

  /** Moves the drawn bars while the range changes, until the next call of `draw`. */
  follow({ fromMs, untilMs }: TimeRange): void {
    const drawn = this.#range;
    const scale = (drawn.untilMs - drawn.fromMs) / (untilMs - fromMs);
    const shift = ((drawn.fromMs - fromMs) / (untilMs - fromMs)) * 100;
    this.#bars.style.transform = `translateX(${shift}%) scaleX(${scale})`;
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#ground.setPointerCapture(event.pointerId);
    this.#downAt = event.clientX;
    const at = this.#placeAt(event.clientX);
    this.#choose({ begin: at, at });
  }

  #move(event: PointerEvent): void {
    if (this.#downAt === null || this.#places === null) return;
    this.#choose({ ...this.#places, at: this.#placeAt(event.clientX) });
  }

  #up(event: PointerEvent): void {
    if (this.#downAt === null) return;
    const isClick = Math.abs(event.clientX - this.#downAt) < leastDragPixels;
    this.#downAt = null;
    const at = this.#placeAt(event.clientX);
    if (isClick) this.#choose({ begin: at, at });
    this.#take();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const last = this.#bins.length - 1;
    const { begin, at } = this.#places ?? { begin: last, at: last };
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -last, End: last }[
      event.key
    ];
    if (step !== undefined) {
      const next = this.#places === null ? at : Math.min(last, Math.max(0, at + step));
      this.#choose({ begin: event.shiftKey ? begin : next, at: next });
    } else if (event.key === 'Enter' || event.key === ' ') this.#take();
    else if (event.key === 'Escape') this.#clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #placeAt(clientX: number): number {
    const { left, width } = this.#ground.getBoundingClientRect();
    const { fromMs, untilMs } = this.#range;
    const time = fromMs + ((clientX - left) / width) * (untilMs - fromMs);
    const place = this.#bins.findIndex((bin) => time < bin.untilMs);
    return place === -1 ? this.#bins.length - 1 : place;
  }

  #choose(places: { readonly begin: number; readonly at: number }): void {
    this.#places = places;
    const chosen = this.#chosenBins();
    const first = chosen[0];
    const last = chosen.at(-1);
    if (first === undefined || last === undefined) return;
    const { fromMs, untilMs } = this.#range;
    const percent = (time: number): number =>
      Math.min(100, Math.max(0, ((time - fromMs) / (untilMs - fromMs)) * 100));
    this.#chosen.hidden = false;
    this.#chosen.style.left = `${percent(first.fromMs)}%`;
    this.#chosen.style.width = `${percent(last.untilMs) - percent(first.fromMs)}%`;
    const count = chosen.reduce((sum, bin) => sum + bin.count, 0);
    this.#output.hidden = false;
    this.#output.textContent = `${localText(first.fromMs, this.#zone)} to ${localText(last.untilMs, this.#zone)}: ${countText(count)}`;
  }

  #chosenBins(): readonly Bin[] {
    if (this.#places === null) return [];
    const { begin, at } = this.#places;
    return this.#bins.slice(Math.min(begin, at), Math.max(begin, at) + 1);
  }

  #take(): void {
    const chosen = this.#chosenBins();
    const [fromMs, untilMs] = [chosen[0]?.fromMs, chosen.at(-1)?.untilMs];
    this.#clear();
    if (fromMs !== undefined && untilMs !== undefined) this.#onChosen({ fromMs, untilMs });
  }

  #clear(): void {
    this.#places = null;
    this.#downAt = null;
    this.#chosen.hidden = true;
    this.#output.hidden = true;
    this.#output.textContent = '';
  }
}

function element(name: string, className: string): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  return made;
}
