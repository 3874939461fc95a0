// The live timeline: histogram and lanes, zoom and pan, new events. The address always contains the view.

import { render } from 'preact';
import type { TimeRange } from '../../timeline/bins';
import { HistogramSummary } from '../../timeline/histogram';
import {
  moved,
  nearestTo,
  quickRanges,
  roomPart,
  stretched,
  type TimelineStart,
  type TimelineView,
  viewOf,
  withRoom,
} from '../../timeline/timeline-address';
import { Brush } from './brush';
import { Chart } from './chart';
import { rangeOfChoice, showChoice } from './choice';
import { showView } from './current-view';
import type { Chosen } from './details';
import { draw, type Meaning } from './drawing';
import { addPeek } from './peek';
import { loadScene, mostBins, type Scene } from './scene';
import { followChanges, Refusal, type ServerData } from './server-data';
import { addSteering, isForAnotherWindow, type Step } from './steering';

const restMs = 120;
const newsRestMs = 1_000;

export class LiveTimeline {
  readonly #section: HTMLElement;
  readonly #data: ServerData;
  readonly #chart: Chart;
  readonly #brush: Brush;
  readonly #details: HTMLElement;
  readonly #skewMs: number;
  #view: TimelineView;
  #range: TimeRange;
  #scene: Scene | null = null;
  #meanings: ReadonlyMap<string, Meaning> = new Map();
  #drawnWidth = 0;
  #timer = 0;
  #loadedAt: TimeRange;

  /** `first` is the data of the range of `start`; it may still be loading. */
  constructor(section: HTMLElement, start: TimelineStart, data: ServerData, first: Promise<Scene>) {
    const { view, range, now } = start;
    this.#section = section;
    this.#data = data;
    this.#view = view;
    this.#range = range;
    this.#loadedAt = range;
    this.#skewMs = now - Date.now();
    const ground = document.createElement('div');
    ground.className = 'lanes-chart';
    this.#details = document.createElement('div');
    this.#details.setAttribute('aria-live', 'polite');
    const lanes = this.#part('lanes');
    lanes.replaceChildren(ground, this.#details);
    lanes.addEventListener('click', (event) => this.#clicked(event));
    addPeek(ground);
    this.#brush = new Brush({
      ground: this.#part('bars'),
      zone: data.zone,
      onChosen: (to) => this.#goTo({ ...to, untilMs: to.untilMs - 1 }),
    });
    this.#chart = new Chart(ground, {
      range,
      zone: data.zone,
      onMoving: (to) => this.#brush.follow(to),
      onMoved: (to, isByHand) => this.#moved(to, isByHand),
      onPlaced: () => this.#placed(),
    });
    this.#chart.setNow(this.#now());
    addSteering(section, {
      onStep: (step) => this.#take(step),
      onNear: (from) => this.#followClock(from),
      onEscape: () => this.#choose(null),
    });
    section.classList.add('scripted');
    void this.#show(first);
    followChanges(view, () => {
      if (this.#timer === 0) this.#loadSoon(newsRestMs);
    });
    this.#tick();
  }

  #now(): number {
    return Date.now() + this.#skewMs;
  }

  #part(name: string): HTMLElement {
    return this.#section.querySelector(`[data-part="${name}"]`) as HTMLElement;
  }

  #goTo(range: TimeRange): void {
    this.#view = viewOf(range, this.#view);
    this.#lookAt(range);
  }

  #followClock(from: string): void {
    const ms = quickRanges.find((near) => near.from === from)?.ms ?? 86_400_000;
    const now = this.#now();
    this.#view = { ...this.#view, from, until: null };
    this.#lookAt(withRoom({ fromMs: now - ms, untilMs: now }));
  }

  #take(step: Step): void {
    if (step === 'earlier') this.#goTo(moved(this.#range, -0.5));
    else if (step === 'later') this.#goTo(moved(this.#range, 0.5));
    else if (step === 'in') this.#goTo(stretched(this.#range, 0.5));
    else if (step === 'out') this.#goTo(stretched(this.#range, 2));
    else this.#followClock(nearestTo(this.#range).from);
  }

  #lookAt(range: TimeRange): void {
    this.#range = range;
    this.#chart.show(range);
    this.#tell();
    this.#loadSoon(0);
  }

  #moved(range: TimeRange, isByHand: boolean): void {
    if (!isByHand) return;
    this.#range = range;
    this.#view = viewOf(range, this.#view);
    this.#tell();
    this.#loadSoon(restMs);
  }

  #tell(): void {
    showView(this.#section, this.#view, this.#range, this.#data.zone);
  }

  #clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-id]');
    const meaning = this.#meanings.get(link?.dataset['id'] ?? '');
    if (meaning === undefined || isForAnotherWindow(event)) return;
    event.preventDefault();
    if (meaning.kind === 'range') this.#goTo({ ...meaning.range, untilMs: meaning.range.untilMs - 1 });
    else this.#choose(meaning);
  }

  #choose(chosen: Chosen | null): void {
    showChoice(this.#details, chosen, this.#data.zone, {
      onZoom: () => this.#goTo(rangeOfChoice(chosen as Chosen, this.#now())),
      onClose: () => this.#choose(null),
    });
  }

  #loadSoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), ms);
  }

  #load(): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#data.giveUp();
    this.#loadedAt = this.#range;
    void this.#show(loadScene(this.#data, this.#view, this.#range, this.#chart.axis.width, null));
  }

  async #show(loading: Promise<Scene>): Promise<void> {
    try {
      this.#scene = await loading;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.#say(
        error instanceof Refusal
          ? error.message
          : 'The server does not respond. The timeline may be out of date.',
      );
      const retryMs = error instanceof Refusal ? error.retryMs : null;
      if (retryMs !== null && this.#timer === 0) this.#loadSoon(retryMs);
      return;
    }
    this.#draw(this.#scene);
    this.#say('');
  }

  #draw(scene: Scene): void {
    const { bins, interval } = scene.histogram;
    const spansLeft = this.#drawLanes(scene);
    this.#brush.draw(bins, scene.inView);
    if (this.#range !== scene.inView) this.#brush.follow(this.#range);
    render(<HistogramSummary bins={bins} interval={interval} />, this.#part('summary'));
    this.#part('left').textContent =
      scene.isTruncated || spansLeft > 0 ? 'Some spans do not fit. Zoom in or narrow the filter. ' : '';
  }

  #drawLanes(scene: Scene): number {
    const { width } = this.#chart.axis;
    const { fromMs, untilMs } = scene.inView;
    const msPerPixel = (untilMs - fromMs) / Math.max(1, width);
    const { rows, items, meanings, spansLeft } = draw(scene, {
      zone: this.#data.zone,
      now: this.#now(),
      msPerPixel,
    });
    this.#drawnWidth = width;
    this.#meanings = meanings;
    this.#chart.draw(rows, items);
    return spansLeft;
  }

  // Aligns the bars with the axis, and redraws the lanes if the width of the axis has changed.
  #placed(): void {
    const { left, width } = this.#chart?.axis ?? { left: 0, width: 0 };
    if (width === 0) return;
    const bars = this.#part('bars');
    bars.style.marginLeft = `${left}px`;
    bars.style.width = `${width}px`;
    if (this.#scene !== null && width !== this.#drawnWidth) this.#drawLanes(this.#scene);
  }

  #say(text: string): void {
    const status = this.#part('status');
    status.textContent = text;
    status.hidden = text === '';
  }

  // A view that follows the clock moves about one pixel at a time.
  #tick(): void {
    const length = this.#range.untilMs - this.#range.fromMs;
    setTimeout(
      () => {
        if (this.#view.until === null && !document.hidden) this.#moveOn();
        this.#tick();
      },
      Math.min(60_000, Math.max(1_000, length / 1_000)),
    );
  }

  #moveOn(): void {
    const length = this.#range.untilMs - this.#range.fromMs;
    const untilMs = this.#now() + (length * roomPart) / (1 + roomPart);
    this.#range = { fromMs: untilMs - length, untilMs };
    this.#chart.show(this.#range);
    this.#brush.follow(this.#range);
    if (untilMs - this.#loadedAt.untilMs > length / mostBins && this.#timer === 0) {
      this.#tell();
      this.#loadSoon(0);
    }
  }
}
