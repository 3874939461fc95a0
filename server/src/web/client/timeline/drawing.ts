// From what the server answered to what the chart draws: which rows, and which elements in them.

import type { StoredEvent } from '@anthracite/protocol/browser';
import { type BinInterval, binsOf, type TimeRange } from '../../timeline/bins';
import { chooseLanes, type Lane, laneNamesOf, type Mark, marksOf } from '../../timeline/lane-marks';
import { type ListedSpan, placeSpans } from '../../timeline/span-rows';
import { addressOf, type TimelineView, viewOf } from '../../timeline/timeline-address';
import type { ChartItem, ChartRow } from './chart';
import type { Chosen } from './details';
import { gradeOf, type MarkElements } from './mark-elements';
import type { CountedSeries } from './server-data';

/** What is to be drawn. */
export interface Scene {
  readonly view: TimelineView;
  readonly path: string;
  readonly zone: string;
  readonly now: number;
  readonly msPerPixel: number;
  /** What was asked for: what is in view, and some to either side. */
  readonly range: TimeRange;
  readonly interval: BinInterval;
  readonly series: readonly CountedSeries[];
  /** Null where there are too many: then intervals are drawn. */
  readonly events: readonly StoredEvent[] | null;
  readonly spans: readonly ListedSpan[];
}

/** What a click on an item leads to: details, or a range. */
export type Meaning = Chosen | { readonly kind: 'range'; readonly range: TimeRange };

/** What is drawn. */
export interface Drawing {
  readonly rows: readonly ChartRow[];
  readonly items: readonly ChartItem[];
  readonly meanings: ReadonlyMap<string, Meaning>;
  /** Spans for which there was no room. */
  readonly spansLeft: number;
}

const mostLanes = 16;
const mostSpanRows = 6;
const nearPixels = 22;
const leastBarPixels = 8;
const levels = 5;
const scaleNames = { incident: 'Incidents', gain: 'Gains', other: 'Spans' } as const;

/** Draws a scene. */
export function draw(scene: Scene, elements: MarkElements): Drawing {
  const rows: ChartRow[] = [];
  const items: ChartItem[] = [];
  const meanings = new Map<string, Meaning>();
  const add = (item: ChartItem, meaning: Meaning): void => {
    items.push(item);
    meanings.set(item.id, meaning);
  };
  const spansLeft = addSpans(scene, elements, rows, add);
  const lanes = chooseLanes(scene.series, mostLanes);
  for (const lane of lanes)
    rows.push({ id: idOf(lane), label: labelOf(lane, scene), className: 'lane-of-events' });
  if (scene.events === null) addBins(scene, elements, lanes, add);
  else addMarks(scene, scene.events, elements, lanes, add);
  elements.sweep();
  return { rows, items, meanings, spansLeft };
}

type Add = (item: ChartItem, meaning: Meaning) => void;

function addSpans(scene: Scene, elements: MarkElements, rows: ChartRow[], add: Add): number {
  const { spans, now, msPerPixel, zone } = scene;
  const placed = placeSpans(spans, now, leastBarPixels * msPerPixel, mostSpanRows);
  for (const { scale, rows: ofScale } of placed) {
    for (const [place, row] of ofScale.entries()) {
      const rowId = `spans ${scale} ${place}`;
      rows.push({
        id: rowId,
        label: nameElement(place === 0 ? scaleNames[scale] : ''),
        className: 'lane-of-spans',
      });
      for (const one of row) {
        const { span, untilMs, gapMs } = one;
        const id = `span ${span.id}`;
        const grade = gradeOf(span) || span.scale;
        const end = Math.max(untilMs, span.begin + leastBarPixels * msPerPixel);
        const room = { barPixels: (end - span.begin) / msPerPixel, roomPixels: gapMs / msPerPixel };
        const element = elements.bar(id, one, `/spans/${span.id}`, room, zone);
        const className = `${grade}${span.end === null ? ' open' : ''}`;
        add({ id, row: rowId, fromMs: span.begin, untilMs: end, className, element }, { kind: 'span', span });
      }
    }
  }
  return placed.reduce((sum, { left }) => sum + left, 0);
}

function addMarks(
  scene: Scene,
  events: readonly StoredEvent[],
  elements: MarkElements,
  lanes: readonly Lane[],
  add: Add,
): void {
  const { view, msPerPixel, zone, path } = scene;
  const laneOf = new Map(lanes.flatMap((lane) => namesOf(lane).map((name) => [name, lane])));
  const byLane = new Map<Lane, StoredEvent[]>(lanes.map((lane) => [lane, []]));
  for (const event of events) {
    const found = new Set(laneNamesOf(event, view.lanes).map((name) => laneOf.get(name)));
    for (const lane of found) if (lane !== undefined) byLane.get(lane)?.push(event);
  }
  for (const [lane, ofLane] of byLane) {
    for (const mark of marksOf(ofLane, nearPixels * msPerPixel)) {
      const id = `mark ${idOf(lane)} ${mark.events[0]?.id}`;
      const href =
        mark.events.length === 1
          ? `/events/${mark.events[0]?.id}`
          : addressOf(viewOf(around(mark), view), path);
      const element = elements.mark(id, mark, href, mark.gapMs / msPerPixel, zone);
      add(
        { id, row: idOf(lane), fromMs: mark.fromMs, untilMs: null, className: 'point', element },
        { kind: 'mark', mark },
      );
    }
  }
}

function addBins(scene: Scene, elements: MarkElements, lanes: readonly Lane[], add: Add): void {
  const { view, range, interval, series, msPerPixel, zone, path } = scene;
  const pointsOf = new Map(series.map(({ name, points }) => [name, points]));
  const binsOfLane = lanes.map((lane) => ({
    lane,
    bins: binsOf(
      range,
      interval,
      namesOf(lane).flatMap((name) => pointsOf.get(name) ?? []),
      zone,
    ),
  }));
  const most = Math.max(...binsOfLane.flatMap(({ bins }) => bins.map(({ count }) => count)), 1);
  for (const { lane, bins } of binsOfLane) {
    for (const bin of bins.filter(({ count }) => count > 0)) {
      const id = `bin ${idOf(lane)} ${interval} ${bin.fromMs}`;
      const href = addressOf(viewOf({ ...bin, untilMs: bin.untilMs - 1 }, view), path);
      const element = elements.bin(id, bin, href, (bin.untilMs - bin.fromMs) / msPerPixel, zone);
      const level = Math.ceil((Math.log(bin.count + 1) / Math.log(most + 1)) * levels);
      add(
        {
          id,
          row: idOf(lane),
          fromMs: bin.fromMs,
          untilMs: bin.untilMs,
          className: `level${level}`,
          element,
        },
        { kind: 'range', range: bin },
      );
    }
  }
}

/** The range of a mark, with some room around it. */
export function around({ fromMs, untilMs }: Pick<Mark, 'fromMs' | 'untilMs'>): TimeRange {
  const room = Math.max(2_000, (untilMs - fromMs) * 0.2);
  return { fromMs: fromMs - room, untilMs: untilMs + room };
}

const idOf = ({ name }: Lane): string => (name === null ? 'others' : `lane ${name}`);
const namesOf = ({ name, others }: Lane): readonly string[] => (name === null ? others : [name]);

// A lane's name leads to what is in it alone.
function labelOf({ name, others, total }: Lane, { view, path }: Scene): HTMLElement {
  if (name === null)
    return nameElement(`${others.length} more`, `${others.slice(0, 20).join(', ')}: ${total}`);
  if (name === '') return nameElement(`without ${view.lanes}`);
  const link = document.createElement('a');
  const added =
    view.lanes === 'type' ? (['type', name] as const) : (['all', `${view.lanes}=${name}`] as const);
  link.href = addressOf({ ...view, filter: [...view.filter, added] }, path);
  link.title = name;
  link.className = 'lane-name';
  link.textContent = name;
  return link;
}

function nameElement(name: string, title = ''): HTMLElement {
  const element = document.createElement('span');
  element.className = 'lane-name';
  element.textContent = name;
  if (title !== '') element.title = title;
  return element;
}
