// The page of events: a filter form, and a table that JavaScript keeps up to date.

import type { GroupedEvent } from '@anthracite/protocol/browser';
import { fromTheTop, withParameters } from './address';
import { writeDocument } from './document';
import { EventTable } from './event-table';
import { type FieldProblem, type Filter, isNarrow } from './filter';
import { FilterForm } from './filter-form';
import { type Frame, Layout } from './layout';

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
  const { filter, types, events, problem, stream, words, isOldestFirst } = view;
  const rows = { self, zone: viewer.zone, now };
  return writeDocument(
    <Layout frame={frame} title="Events" scripts={['live.js']} keys={keys}>
      <div class="heading">
        <h1>Events</h1>
        {problem === null && <OrderLink self={self} isOldestFirst={isOldestFirst} />}
        <p id="live" class="live soft" role="status" hidden />
      </div>
      {!frame.isEmbedded && (
        <FilterForm
          frame={frame}
          filter={filter}
          types={types}
          problem={problem}
          hidden={{ ...words, ...(isOldestFirst && { order: 'ascending' }) }}
          canGroup
        />
      )}
      <button id="news" class="news" type="button" hidden />
      <div
        id="events"
        data-self={self}
        data-stream={stream}
        data-zone={viewer.zone}
        data-group={filter.group === '' ? undefined : filter.group}
      >
        {problem === null && events.length > 0 && <EventTable events={events} view={rows} />}
        {problem === null && <Ending view={view} self={self} mayWrite={viewer.mayWrite} />}
      </div>
      {!frame.isEmbedded && view.data !== null && events.length > 0 && <OtherFormats data={view.data} />}
    </Layout>,
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
}: {
  readonly view: EventsView;
  readonly self: string;
  readonly mayWrite: boolean;
}) {
  const { events, filter, next, previous, isFurther, isOldestFirst, words } = view;
  const isAll = !isNarrow(filter) && Object.keys(words).length === 0;
  if (events.length === 0 && next === null && !isFurther) {
    return isAll ? (
      <Empty mayWrite={mayWrite} sendCommand={view.sendCommand} />
    ) : (
      <p class="ending soft">No matching events.</p>
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

function summaryOf({ events, next, isFurther, filter }: EventsView): string {
  const count = `${events.length} ${filter.group === '' ? '' : 'groups and '}event${events.length === 1 ? '' : 's'}`;
  if (events.length === 0)
    return next === null ? 'No more events.' : 'No matches so far. The next page continues the search.';
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
