// The page of the timeline. The bars and the quick ranges work without JavaScript; the lanes below need it.

import { writeDocument } from '../document';
import type { FieldProblem, Filter } from '../filter';
import { FilterForm } from '../filter-form';
import { type Frame, Layout } from '../layout';
import { type BinInterval, filledBins, type Point, type TimeRange } from './bins';
import { Histogram, HistogramSummary } from './histogram';
import { laneCountsAddress, laneIntervalFor, widened, wideScreen } from './lane-counts';
import { RangeText } from './range-text';
import {
  addressOf,
  moved,
  quickRanges,
  stretched,
  type TimelineStart,
  type TimelineView,
  timelinePath,
  viewOf,
  withRoom,
} from './timeline-address';

/** The initial content of the timeline. */
export interface TimelineData {
  readonly view: TimelineView;
  /** The view's range as instants. */
  readonly range: TimeRange;
  readonly interval: BinInterval;
  /** Counts of all events in the range, per interval. */
  readonly points: readonly Point[];
  readonly filter: Filter;
  /** The error of the input; then nothing is counted. */
  readonly problem: FieldProblem | null;
  /** Names of existing types, for completion. */
  readonly types: readonly string[];
  /** Keys of tags that can define lanes. */
  readonly keys: readonly string[];
}

const keys = [
  ['← →', 'go back or forward by half of the view'],
  ['+ -', 'zoom in or out'],
  ['n', 'return to now'],
  ['Esc', 'close the details'],
] as const;

/** The page. */
export function timelinePage(frame: Frame, data: TimelineData): string {
  const { view, range, interval, points } = data;
  const { zone } = frame.viewer;
  const path = timelinePath;
  const bins = filledBins(interval, points, zone);
  const inView = view.until === null ? withRoom(range) : range;
  const start: TimelineStart = { view, range: inView, zone, now: frame.now, points, interval };
  const lanesOfWide = laneCountsAddress(view, widened(inView), laneIntervalFor(inView), zone);
  return writeDocument(
    <Layout
      frame={frame}
      title="Timeline"
      scripts={['timeline.js']}
      styles={['timeline.css']}
      keys={keys}
      range={range}
      data={[{ address: lanesOfWide, media: `(scripting: enabled) and ${wideScreen}` }]}
    >
      <section class="timeline" id="timeline" aria-label="Timeline" data-timeline={JSON.stringify(start)}>
        <div class="timeline-head">
          <h1>Timeline</h1>
          <p class="timeline-range" data-part="range">
            <RangeText range={range} zone={zone} />
          </p>
          <RangeLinks path={path} view={view} range={range} />
        </div>
        {!frame.isEmbedded && (
          <FilterForm
            frame={frame}
            filter={data.filter}
            types={data.types}
            problem={data.problem}
            shown={{ from: view.from, until: view.until ?? '' }}
            beside={<LaneField lanes={view.lanes} keys={data.keys} />}
          />
        )}
        <figure class="histogram">
          <div class="histogram-ground" data-part="bars">
            <Histogram
              bins={bins}
              range={range}
              zone={zone}
              linkTo={(bin) => addressOf(viewOf({ ...bin, untilMs: bin.untilMs - 1 }, view), path)}
            />
          </div>
          <figcaption class="soft">
            <span data-part="summary">
              <HistogramSummary bins={bins} interval={interval} />
            </span>
            <a href={addressOf(view, '/events/')} data-part="table">
              Show as table
            </a>
          </figcaption>
        </figure>
        <p class="notice" data-part="status" role="status" hidden />
        <div class="lanes" data-part="lanes">
          <noscript>
            <p class="notice">
              Lanes, zoom and pan need JavaScript. Without JavaScript, click a bar to open its interval, or
              show the events as a table.
            </p>
          </noscript>
        </div>
        <p class="soft timeline-hint">
          <span data-part="left" /> Drag to pan, <kbd>Ctrl</kbd> + wheel to zoom, drag over the bars to select
          a range. Keys: <kbd>←</kbd> <kbd>→</kbd> <kbd>+</kbd> <kbd>-</kbd>, <kbd>n</kbd> for now.
        </p>
      </section>
    </Layout>,
  );
}

function RangeLinks({
  path,
  view,
  range,
}: {
  readonly path: string;
  readonly view: TimelineView;
  readonly range: TimeRange;
}) {
  const to = (shown: TimelineView): string => addressOf(shown, path);
  const steps = [
    { move: 'earlier', sign: '←', name: 'Earlier', href: to(viewOf(moved(range, -0.5), view)) },
    { move: 'later', sign: '→', name: 'Later', href: to(viewOf(moved(range, 0.5), view)) },
    { move: 'in', sign: '+', name: 'Zoom in', href: to(viewOf(stretched(range, 0.5), view)) },
    { move: 'out', sign: '−', name: 'Zoom out', href: to(viewOf(stretched(range, 2), view)) },
  ];
  return (
    <nav class="timeline-links" aria-label="Time range">
      <span class="group">
        {quickRanges.map(({ from, name }) => (
          <a
            key={from}
            class="button"
            href={to({ ...view, from, until: null })}
            data-near={from}
            {...(view.from === from && view.until === null && { 'aria-current': 'true' })}
          >
            {name}
          </a>
        ))}
      </span>
      <span class="group">
        {steps.map(({ move, sign, name, href }) => (
          <a key={move} class="button" href={href} data-move={move} aria-label={name} title={name}>
            {sign}
          </a>
        ))}
      </span>
      <a class="button" href={to({ ...view, from: '-1d', until: null })} data-move="now">
        Now
      </a>
    </nav>
  );
}

function LaneField({ lanes, keys }: { readonly lanes: string; readonly keys: readonly string[] }) {
  return (
    <label class="field lanes-by">
      <span class="label">Lanes by</span>
      <input
        type="text"
        name="lanes"
        value={lanes}
        list="lane-keys"
        autocomplete="off"
        autocapitalize="off"
      />
      <datalist id="lane-keys">
        {['type', ...keys].map((key) => (
          <option key={key} value={key} />
        ))}
      </datalist>
    </label>
  );
}
