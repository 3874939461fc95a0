// The page of events: a filter form, and a table that JavaScript keeps up to date.

import type { GroupedEvent, Search } from '@anthracite/protocol/browser';
import { fromTheTop, withParameters } from './address';
import { writeDocument } from './document';
import { EventChart, type EventChartView } from './event-chart';
import type { Fold, MarkedSpan } from './event-row';
import { EventTable } from './event-table';
import { type Facet, Facets } from './facets';
import { type FieldProblem, type Filter, filteredAddress, isNarrow, openFilter } from './filter';
import { FilterForm } from './filter-form';
import { IncidentBanner, type OpenIncident } from './incident-banner';
import { type Frame, Layout } from './layout';
import { numberOf } from './measure';
import type { TypedRange } from './range-names';
import type { WholeRange } from './range-picker';
import type { TimeRange } from './timeline/bins';

/** What the page shows. */
export interface EventsView {
  readonly filter: Filter;
  /** Names of existing types, for completion. */
  readonly types: readonly string[];
  /** In display order. */
  readonly events: readonly GroupedEvent[];
  readonly isOldestFirst: boolean;
  /** Graphite's own parameters, which also filter the list. */
  readonly words: Readonly<Record<string, string>>;
  /** Addresses of the next and the previous page; null if there is no page. */
  readonly next: string | null;
  readonly previous: string | null;
  /** True when this is not the first page. */
  readonly isFurther: boolean;
  /** Address of the live stream of the list; null if the list cannot get new events. */
  readonly stream: string | null;
  /** Address of the same list as JSON; null if the API cannot express the filter. */
  readonly data: string | null;
  /** The error of the filter; then there are no events. */
  readonly problem: FieldProblem | null;
  /** The texts of the range in view; those of the address, or a default. */
  readonly shown: TypedRange;
  /** The link to all events; null in a frame. */
  readonly whole: WholeRange | null;
  readonly search: Search | null;
  readonly fold: (Fold & { readonly windowMs: number }) | null;
  /** True if the page folds without a parameter. */
  readonly foldsByDefault: boolean;
  readonly spans: ReadonlyMap<number, MarkedSpan>;
  readonly chart: EventChartView | null;
  readonly facets: readonly Facet[];
  readonly incidents: readonly OpenIncident[];
  readonly areAllIncidents: boolean;
  /** True if the store has no events at all. */
  readonly isEmptyStore: boolean;
  /** A shell command that sends an event to this server. */
  readonly sendCommand: string;
}

const keys = [
  ['j', 'next event'],
  ['k', 'previous event'],
  ['Enter', 'open the event'],
  ['o', 'show or hide the body'],
  ['g', 'go to the top and show new events'],
] as const;

/** The page. */
export function eventsPage(frame: Frame, view: EventsView): string {
  const { viewer, now, self } = frame;
  const { filter, types, events, problem, stream, words, isOldestFirst, search, fold, spans } = view;
  const { zone } = viewer;
  const rows = { self, zone, now, search, fold, spans };
  const hasFilter = isNarrow(filter) || Object.keys(words).length > 0;
  return writeDocument(
    <Layout frame={frame} title="Events" scripts={['live.js']} keys={keys} range={rangeToShare(view)}>
      <div class="heading">
        <h1>Events</h1>
        {problem === null && <OrderLink self={self} isOldestFirst={isOldestFirst} />}
        {problem === null && <FoldLink view={view} self={self} />}
        <button id="density" class="plain" type="button" hidden />
        <p id="live" class="live soft" role="status" hidden />
      </div>
      {!frame.isEmbedded && (
        <>
          <IncidentBanner incidents={view.incidents} isAll={view.areAllIncidents} zone={zone} now={now} />
          <FilterForm
            frame={frame}
            filter={filter}
            shown={view.shown}
            whole={view.whole}
            types={types}
            problem={problem}
            hidden={{
              ...words,
              ...(view.whole?.isShown && filter.from === '' && { range: 'all' }),
              ...(isOldestFirst && { order: 'ascending' }),
            }}
            canGroup
          />
          {view.chart !== null && (
            <EventChart view={view.chart} self={self} zone={zone} ignoresText={filter.q !== ''} />
          )}
        </>
      )}
      <div class={view.facets.length > 0 ? 'explorer' : undefined}>
        {view.facets.length > 0 && (
          <a class="to-facets" href="#facets">
            Facets
          </a>
        )}
        <div class="explorer-list">
          <button id="news" class="news" type="button" hidden />
          <div
            id="events"
            data-self={self}
            data-stream={stream}
            data-zone={zone}
            data-fold={fold === null ? undefined : JSON.stringify(fold)}
          >
            {problem === null && events.length > 0 && <EventTable events={events} view={rows} />}
            {problem === null && (
              <Ending view={view} self={self} mayWrite={viewer.mayWrite} hasFilter={hasFilter} />
            )}
          </div>
          {!frame.isEmbedded && view.data !== null && events.length > 0 && <OtherFormats data={view.data} />}
        </div>
        {view.facets.length > 0 && <Facets facets={view.facets} filter={filter} self={self} />}
      </div>
    </Layout>,
  );
}

// The address of a view without a start does not tell its range.
function rangeToShare({ filter, chart }: EventsView): TimeRange | null {
  return filter.from === '' && chart !== null ? { ...chart.range, untilMs: chart.range.untilMs - 1 } : null;
}

function FoldLink({
  view: { fold, foldsByDefault },
  self,
}: {
  readonly view: EventsView;
  readonly self: string;
}) {
  if (!foldsByDefault) return null;
  return (
    <a class="order" href={withParameters(self, { fold: fold === null ? null : 'off', ...fromTheTop })}>
      {fold === null ? 'Fold bursts' : 'Unfold'}
    </a>
  );
}

function OrderLink({ self, isOldestFirst }: { readonly self: string; readonly isOldestFirst: boolean }) {
  const order = isOldestFirst ? null : 'ascending';
  return (
    <a class="order" href={withParameters(self, { order, ...fromTheTop })}>
      {isOldestFirst ? 'Newest first' : 'Oldest first'}
    </a>
  );
}

const formats = [
  ['json', 'JSON'],
  ['csv', 'CSV'],
  ['xml', 'XML'],
  ['raw', 'lines'],
  ['atom', 'Atom'],
  ['ics', 'iCalendar'],
] as const;

// Users open the CSV in Excel, which recognizes UTF-8 only by a byte order mark.
function formatAddress(data: string, format: string): string {
  const address = data.replace('/events/json', `/events/${format}`);
  return format === 'csv' ? withParameters(address, { bom: '1' }) : address;
}

function OtherFormats({ data }: { readonly data: string }) {
  return (
    <p class="formats soft">
      Export:{' '}
      {formats.map(([format, name], i) => (
        <>
          {i > 0 && ', '}
          <a href={formatAddress(data, format)}>{name}</a>
        </>
      ))}
    </p>
  );
}

function Ending({
  view,
  self,
  mayWrite,
  hasFilter,
}: {
  readonly view: EventsView;
  readonly self: string;
  readonly mayWrite: boolean;
  readonly hasFilter: boolean;
}) {
  const { events, next, previous, isFurther, isOldestFirst } = view;
  if (events.length === 0 && next === null && !isFurther) {
    return view.isEmptyStore ? (
      <Empty mayWrite={mayWrite} sendCommand={view.sendCommand} />
    ) : (
      <NothingFound view={view} self={self} hasFilter={hasFilter} />
    );
  }
  const [later, earlier] = isOldestFirst ? [next, previous] : [previous, next];
  return (
    <nav class="ending" aria-label="Pagination">
      {isFurther && (
        <a class="button" href={withParameters(self, fromTheTop)}>
          {isOldestFirst ? 'Oldest' : 'Newest'}
        </a>
      )}
      {later !== null && (
        <a class="button" href={later} rel={isOldestFirst ? 'next' : 'prev'}>
          Newer
        </a>
      )}
      {earlier !== null && (
        <a class="button" href={earlier} rel={isOldestFirst ? 'prev' : 'next'}>
          Older
        </a>
      )}
      <span class="soft">{summaryOf(view)}</span>
    </nav>
  );
}

function NothingFound({
  view: { whole, filter },
  self,
  hasFilter,
}: {
  readonly view: EventsView;
  readonly self: string;
  readonly hasFilter: boolean;
}) {
  return (
    <div class="ending">
      <p class="soft">No matching events{whole === null || whole.isShown ? '' : ' in this range'}.</p>
      {whole !== null && !whole.isShown && (
        <a class="button" href={whole.href}>
          Search all times
        </a>
      )}
      {hasFilter && isNarrow({ ...filter, from: '', until: '' }) && (
        <a
          class="button"
          href={filteredAddress(self, { ...openFilter, from: filter.from, until: filter.until })}
        >
          Remove filters
        </a>
      )}
    </div>
  );
}

function summaryOf({ events, next, isFurther }: EventsView): string {
  if (events.length === 0)
    return next === null ? 'No more events.' : 'No matches so far. The next page continues the search.';
  const total = events.reduce((sum, { group }) => sum + (group?.count ?? 1), 0);
  const folded = total > events.length ? ` in ${events.length} rows` : '';
  const count = `${numberOf(total, 'event')}${folded}`;
  if (next !== null) return `${count} shown; more on the next page.`;
  return isFurther ? `${count}; end of the list.` : `${count} in total.`;
}

function Empty({ mayWrite, sendCommand }: { readonly mayWrite: boolean; readonly sendCommand: string }) {
  return (
    <div class="card empty">
      <h2>No events yet</h2>
      <p>To send an event from a script:</p>
      <pre>
        <code>{sendCommand}</code>
      </pre>
      {mayWrite && (
        <p>
          Or <a href="/add">add an event in the browser</a>.
        </p>
      )}
    </div>
  );
}
