// Turns the server's data into rows and items of the chart.

import type { StoredEvent } from '@anthracite/protocol/browser';
import type { VNode } from 'preact';
import { severityName } from '../../severity-badge';
import { filledBins, type TimeRange } from '../../timeline/bins';
import { chooseLanes, type Lane, laneNamesOf, type Mark, marksOf } from '../../timeline/lane-marks';
import { placeSpans } from '../../timeline/span-rows';
import { addressOf, timelinePath, viewOf } from '../../timeline/timeline-address';
import type { ChartItem, ChartRow } from './chart';
import type { Chosen } from './details';
import { LaneBin, LaneMark, LaneName, SpanBar } from './lane-parts';
import type { Scene } from './scene';

/** The effect of a click on an item: details, or another range. */
export type Meaning = Chosen | { readonly kind: 'range'; readonly range: TimeRange };

/** Rows and items of the chart. */
export interface Drawing {
  readonly rows: readonly ChartRow[];
  readonly items: readonly ChartItem[];
  readonly meanings: ReadonlyMap<string, Meaning>;
  /** Number of spans that did not fit. */
  readonly spansLeft: number;
}

const mostLanes = 16;
const mostSpanRows = 6;
const nearPixels = 22;
const leastBarPixels = 8;
const levels = 5;
// The usual length of a label, and the least room to write one before its bar.
const labelPixels = 260;
const leastBeforePixels = 120;
const nothing: ChartRow = {
  id: 'nothing',
  label: <LaneName name="No events" />,
  className: 'lane-of-spans',
};
const rowNames = { incident: 'Incidents', failed: 'Failures', gain: 'Gains', other: 'Other spans' } as const;

/** Time zone, current time and scale of the chart. */
export interface Surface {
  readonly zone: string;
  readonly now: number;
  readonly msPerPixel: number;
}

/** Draws a scene. */
export function draw(scene: Scene, surface: Surface): Drawing {
  const meanings = new Map<string, Meaning>();
  const spans = drawSpans(scene, surface, meanings);
  const lanes = chooseLanes(scene.series, mostLanes);
  const partsOf =
    scene.events === null
      ? drawBins(scene, surface, lanes, meanings)
      : drawMarks(scene, scene.events, surface, lanes, meanings);
  const rows = [
    ...spans.rows,
    ...lanes.map((lane) => ({
      id: idOf(lane),
      label: <LaneName {...nameOf(lane, scene)} />,
      className: 'lane-of-events',
    })),
  ];
  return {
    rows: rows.length > 0 ? rows : [nothing],
    items: [
      ...spans.items,
      ...lanes.map(
        (lane): ChartItem => ({
          id: `ground ${idOf(lane)}`,
          row: idOf(lane),
          kind: 'ground',
          ...scene.range,
          className: '',
          content: partsOf.get(lane) ?? [],
        }),
      ),
    ],
    meanings,
    spansLeft: spans.left,
  };
}

type Meanings = Map<string, Meaning>;
type LaneParts = ReadonlyMap<Lane, readonly VNode[]>;

function drawSpans({ spans, inView }: Scene, { now, msPerPixel, zone }: Surface, meanings: Meanings) {
  const rows: ChartRow[] = [];
  const items: ChartItem[] = [];
  const placed = placeSpans(spans, now, leastBarPixels * msPerPixel, mostSpanRows);
  for (const { look, rows: ofLook } of placed) {
    for (const [place, row] of ofLook.entries()) {
      const rowId = `spans ${look} ${place}`;
      rows.push({
        id: rowId,
        label: <LaneName name={place === 0 ? rowNames[look] : ''} />,
        className: 'lane-of-spans',
      });
      for (const one of row) {
        const { span, untilMs, gapMs, gapBeforeMs } = one;
        const id = `span ${span.id}`;
        const end = Math.max(untilMs, span.begin + leastBarPixels * msPerPixel);
        meanings.set(id, { kind: 'span', span });
        items.push({
          id,
          row: rowId,
          kind: 'bar',
          fromMs: span.begin,
          untilMs: end,
          className: `${severityName(look, span.severity)}${span.end === null ? ' open' : ''}`,
          content: (
            <SpanBar
              id={id}
              href={`/spans/${span.id}`}
              zone={zone}
              placed={one}
              barPixels={(end - span.begin) / msPerPixel}
              roomPixels={gapMs / msPerPixel}
              leftPixels={
                isAtEnd(span.begin, inView, msPerPixel) ? roomBefore(gapBeforeMs, msPerPixel) : null
              }
            />
          ),
        });
      }
    }
  }
  return { rows, items, left: placed.reduce((sum, { left }) => sum + left, 0) };
}

// Whether a label to the right of a bar would be cut off at the end of the view.
function isAtEnd(begin: number, { untilMs }: TimeRange, msPerPixel: number): boolean {
  return untilMs - begin < labelPixels * msPerPixel && begin < untilMs;
}

// The room for a label to the left of a bar, if it is enough and not taken by the label of the previous bar.
function roomBefore(gapMs: number, msPerPixel: number): number | null {
  const pixels = gapMs / msPerPixel - (Number.isFinite(gapMs) ? labelPixels : 0);
  return pixels >= leastBeforePixels ? Math.min(pixels, labelPixels) : null;
}

function drawMarks(
  { view, range }: Scene,
  events: readonly StoredEvent[],
  { msPerPixel, zone }: Surface,
  lanes: readonly Lane[],
  meanings: Meanings,
): LaneParts {
  const laneOf = new Map(lanes.flatMap((lane) => namesOf(lane).map((name) => [name, lane])));
  const byLane = new Map<Lane, StoredEvent[]>(lanes.map((lane) => [lane, []]));
  for (const event of events) {
    const found = new Set(laneNamesOf(event, view.lanes).map((name) => laneOf.get(name)));
    for (const lane of found) if (lane !== undefined) byLane.get(lane)?.push(event);
  }
  const drawn = (lane: Lane, mark: Mark): VNode => {
    const first = mark.events[0]?.id;
    const id = `mark ${idOf(lane)} ${first}`;
    const href =
      mark.events.length === 1 ? `/events/${first}` : addressOf(viewOf(around(mark), view), timelinePath);
    meanings.set(id, { kind: 'mark', mark });
    return (
      <LaneMark
        key={id}
        id={id}
        href={href}
        zone={zone}
        mark={mark}
        place={{ left: partOf(mark.fromMs, range) }}
        roomPixels={mark.gapMs / msPerPixel}
      />
    );
  };
  return new Map(
    Array.from(byLane, ([lane, ofLane]) => [
      lane,
      marksOf(ofLane, nearPixels * msPerPixel).map((mark) => drawn(lane, mark)),
    ]),
  );
}

function drawBins(
  { view, range, interval, series }: Scene,
  { msPerPixel, zone }: Surface,
  lanes: readonly Lane[],
  meanings: Meanings,
): LaneParts {
  const pointsOf = new Map(series.map(({ name, points }) => [name, points]));
  const binsOfLane = lanes.map((lane) => {
    const points = namesOf(lane).flatMap((name) => pointsOf.get(name) ?? []);
    return { lane, bins: filledBins(interval, points, zone) };
  });
  const most = Math.max(...binsOfLane.flatMap(({ bins }) => bins.map(({ count }) => count)), 1);
  return new Map(
    binsOfLane.map(({ lane, bins }) => [
      lane,
      bins.map((bin) => {
        const id = `bin ${idOf(lane)} ${interval} ${bin.fromMs}`;
        const left = partOf(bin.fromMs, range);
        meanings.set(id, { kind: 'range', range: bin });
        return (
          <LaneBin
            key={id}
            id={id}
            href={addressOf(viewOf({ ...bin, untilMs: bin.untilMs - 1 }, view), timelinePath)}
            zone={zone}
            type={view.lanes === 'type' ? (lane.name ?? '') : ''}
            bin={bin}
            place={{ left, width: partOf(bin.untilMs, range) - left }}
            level={Math.ceil((Math.log(bin.count + 1) / Math.log(most + 1)) * levels)}
            widthPixels={(bin.untilMs - bin.fromMs) / msPerPixel}
          />
        );
      }),
    ]),
  );
}

/** The range of a mark, with some room around it. */
export function around({ fromMs, untilMs }: TimeRange): TimeRange {
  const room = Math.max(2_000, (untilMs - fromMs) * 0.2);
  return { fromMs: fromMs - room, untilMs: untilMs + room };
}

const partOf = (time: number, { fromMs, untilMs }: TimeRange): number => (time - fromMs) / (untilMs - fromMs);
const idOf = ({ name }: Lane): string => (name === null ? 'others' : `lane ${name}`);
const namesOf = ({ name, others }: Lane): readonly string[] => (name === null ? others : [name]);

// The name of a lane links to the timeline of this lane only.
function nameOf({ name, others, total }: Lane, { view }: Scene) {
  if (name === null) {
    const title = `${others.slice(0, 20).join(', ')}: ${total}`;
    return { name: `${others.length} more`, title };
  }
  if (name === '') return { name: `without ${view.lanes}` };
  const added =
    view.lanes === 'type' ? (['type', name] as const) : (['all', `${view.lanes}=${name}`] as const);
  return {
    name,
    title: name,
    href: addressOf({ ...view, filter: [...view.filter, added] }, timelinePath),
  };
}
