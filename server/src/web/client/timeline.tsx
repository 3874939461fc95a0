// Makes the timeline live: lanes below the histogram, zoom and pan, new events as they come. The view stands in the address.

import { render } from 'preact';
import { binsOf, intervalFor, type TimeRange } from '../timeline/bins';
import { HistogramSummary } from '../timeline/histogram';
import {
  moved,
  nearestTo,
  nearRanges,
  roomPart,
  stretched,
  type TimelineView,
  viewOf,
  withRoom,
} from '../timeline/timeline-address';
import { type TimelineStart, timelinePath } from '../timeline/timeline-page';
import { Brush } from './timeline/brush';
import { Chart } from './timeline/chart';
import { rangeOfChoice, tellChoice } from './timeline/choice';
import type { Chosen } from './timeline/details';
import { draw, type Meaning, type Scene } from './timeline/drawing';
import { MarkElements } from './timeline/mark-elements';
import { addPeek } from './timeline/peek';
import { hearNews, Refusal, ServerData } from './timeline/server-data';
import { tellView } from './timeline/told-view';

const mostBins = 102;
const mostEvents = 800;
const leastBinPixels = 26;
// How much is asked for to either side of what is in view, as a part of it.
const sidePart = 0.5;
const restMs = 120;
const newsRestMs = 1_000;

class TimelinePage {
  readonly #section: HTMLElement;
  readonly #start: TimelineStart;
  readonly #data: ServerData;
  readonly #elements = new MarkElements();
  readonly #chart: Chart;
  readonly #brush: Brush;
  readonly #details: HTMLElement;
  readonly #skewMs: number;
  #view: TimelineView;
  #range: TimeRange;
  #meanings: ReadonlyMap<string, Meaning> = new Map();
  #scene: Omit<Scene, 'now' | 'msPerPixel'> | null = null;
  /** What was in view when the scene was asked for. */
  #inView: TimeRange;
  #drawnWidth = 0;
  #spansLeft = 0;
  #timer = 0;
  #loadedAt: TimeRange | null = null;

  constructor(section: HTMLElement) {
    this.#section = section;
    this.#start = JSON.parse(section.dataset['timeline'] ?? '{}') as TimelineStart;
    const { view, range, zone, now } = this.#start;
    this.#view = view;
    this.#range = view.until === null ? withRoom(range) : range;
    this.#inView = this.#range;
    this.#skewMs = now - Date.now();
    this.#data = new ServerData(zone);
    const lanes = this.#part('lanes');
    const chartGround = document.createElement('div');
    chartGround.className = 'lanes-chart';
    this.#details = document.createElement('div');
    this.#details.setAttribute('aria-live', 'polite');
    lanes.replaceChildren(chartGround, this.#details);
    addPeek(chartGround);
    this.#chart = new Chart(chartGround, {
      range: this.#range,
      zone,
      onMoving: (to) => this.#brush?.follow(to),
      onMoved: (to, isByHand) => this.#moved(to, isByHand),
      onPlaced: () => this.#placed(),
    });
    this.#chart.setNow(this.#now());
    this.#brush = new Brush({
      ground: this.#part('bars'),
      zone,
      onChosen: (to) => this.#goTo({ ...to, untilMs: to.untilMs - 1 }),
    });
    lanes.addEventListener('click', (event) => this.#clicked(event));
    // What had the focus may go out of sight while one pans.
    document.addEventListener('keydown', (event) => this.#key(event));
    this.#takeLinks();
    section.classList.add('scripted');
    void this.#load();
    hearNews(view, () => {
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
    this.#show(range);
  }

  #show(range: TimeRange): void {
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
    tellView(this.#section, this.#view, this.#range, this.#start.zone);
  }

  #takeLinks(): void {
    this.#section.addEventListener('click', (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>('[data-near], [data-move]');
      if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { near, move } = link.dataset;
      if (near !== undefined) this.#follow(near);
      else this.#move(move ?? '');
    });
  }

  #follow(from: string): void {
    const ms = nearRanges.find((near) => near.from === from)?.ms ?? 86_400_000;
    const now = this.#now();
    this.#view = { ...this.#view, from, until: null };
    this.#show(withRoom({ fromMs: now - ms, untilMs: now }));
  }

  #move(how: string): void {
    if (how === 'earlier') this.#goTo(moved(this.#range, -0.5));
    else if (how === 'later') this.#goTo(moved(this.#range, 0.5));
    else if (how === 'in') this.#goTo(stretched(this.#range, 0.5));
    else if (how === 'out') this.#goTo(stretched(this.#range, 2));
    else this.#follow(nearestTo(this.#range).from);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if ((event.target as Element).matches('input, select, textarea')) return;
    if (event.key === 'Escape') {
      this.#choose(null);
      return;
    }
    const how = { ArrowLeft: 'earlier', ArrowRight: 'later', '+': 'in', '=': 'in', '-': 'out', n: 'now' }[
      event.key
    ];
    if (how === undefined) return;
    event.preventDefault();
    this.#move(how);
  }

  #clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-id]');
    const meaning = this.#meanings.get(link?.dataset['id'] ?? '');
    if (meaning === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (meaning.kind === 'range') this.#goTo({ ...meaning.range, untilMs: meaning.range.untilMs - 1 });
    else this.#choose(meaning);
  }

  #choose(chosen: Chosen | null): void {
    tellChoice(this.#details, chosen, this.#start.zone, {
      onZoom: () => this.#goTo(rangeOfChoice(chosen as Chosen, this.#now())),
      onClose: () => this.#choose(null),
    });
  }

  #loadSoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(), ms);
  }

  async #load(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#data.giveUp();
    const [view, range] = [this.#view, this.#range];
    this.#loadedAt = range;
    try {
      await this.#loadRange(view, range);
      this.#say('');
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.#say(
        error instanceof Refusal ? error.message : 'The server does not answer; what is shown may be old.',
      );
    }
  }

  async #loadRange(view: TimelineView, range: TimeRange): Promise<void> {
    const { zone } = this.#start;
    const length = range.untilMs - range.fromMs;
    const wide = { fromMs: range.fromMs - length * sidePart, untilMs: range.untilMs + length * sidePart };
    const { width } = this.#chart.axis;
    const interval = intervalFor(range, mostBins);
    const laneInterval = intervalFor(range, Math.max(4, Math.floor(width / leastBinPixels)));
    const { points: known, interval: knownInterval } = this.#start;
    const isFirst = this.#scene === null && knownInterval === interval;
    const [points, series, { spans, truncated }] = await Promise.all([
      isFirst ? known : this.#data.counts(view, range, interval),
      this.#data.laneCounts(view, wide, laneInterval),
      this.#data.spans(view, wide),
    ]);
    const total = series.reduce((sum, one) => sum + one.total, 0);
    const events = total <= mostEvents ? await this.#data.events(view, wide, mostEvents * 2) : null;
    this.#scene = {
      view,
      path: timelinePath,
      zone,
      range: wide,
      interval: laneInterval,
      series,
      events,
      spans,
    };
    this.#inView = range;
    this.#draw();
    const bins = binsOf(range, interval, points, zone);
    this.#brush.draw(bins, range);
    if (this.#range !== range) this.#brush.follow(this.#range);
    render(<HistogramSummary bins={bins} interval={interval} />, this.#part('summary'));
    const isCut = truncated || this.#spansLeft > 0;
    this.#part('left').textContent = isCut
      ? 'Not all spans have room here: zoom in, or narrow the search.'
      : '';
  }

  #draw(): void {
    if (this.#scene === null) return;
    const { width } = this.#chart.axis;
    const { fromMs, untilMs } = this.#inView;
    this.#drawnWidth = width;
    const msPerPixel = (untilMs - fromMs) / Math.max(1, width);
    const drawing = draw({ ...this.#scene, now: this.#now(), msPerPixel }, this.#elements);
    this.#meanings = drawing.meanings;
    this.#spansLeft = drawing.spansLeft;
    this.#chart.draw(drawing.rows, drawing.items);
  }

  // The bars stand above the axis, whatever room the names of the lanes take; so do labels know their room.
  #placed(): void {
    const { left, width } = this.#chart?.axis ?? { left: 0, width: 0 };
    if (width === 0) return;
    const bars = this.#part('bars');
    bars.style.marginLeft = `${left}px`;
    bars.style.width = `${width}px`;
    if (width !== this.#drawnWidth) this.#draw();
  }

  #say(text: string): void {
    const status = this.#part('status');
    status.textContent = text;
    status.hidden = text === '';
  }

  // What follows the clock moves on by itself, a pixel or so at a time.
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
    const behind = untilMs - (this.#loadedAt?.untilMs ?? 0);
    if (behind > length / mostBins && this.#timer === 0) {
      this.#tell();
      this.#loadSoon(0);
    }
  }
}

const section = document.getElementById('timeline');
if (section !== null) new TimelinePage(section);
