// Who changed an event, when, and what became of it.

import type { Event } from '@anthracite/protocol/browser';
import { type Difference, differencesOf } from './event-difference';
import { distanceText, localText } from './instant';

/** A change of an event. */
export interface Change {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The name of the token; null where none was needed. */
  readonly who: string | null;
  /** Null for an event that was put back. */
  readonly before: Event | null;
  /** Null for one that was deleted. */
  readonly after: Event | null;
}

/** The newest changes of an event. */
export interface Changes {
  /** Oldest first. */
  readonly changes: readonly Change[];
  /** False when there are earlier ones. */
  readonly isAll: boolean;
}

/** Changes, newest first; nothing where there are none. */
export function History({
  id,
  history: { changes, isAll },
  zone,
  now,
}: {
  /** The event's. */
  readonly id: number;
  readonly history: Changes;
  readonly zone: string;
  readonly now: number;
}) {
  if (changes.length === 0) return null;
  return (
    <section class="history">
      <h2>History</h2>
      <ol reversed>
        {[...changes].reverse().map((change) => (
          <li key={change.id}>
            <strong>{change.who ?? 'Somebody'}</strong> {deedOf(change)} it{' '}
            <time
              datetime={new Date(change.at).toISOString()}
              title={`${localText(change.at, zone)} ${zone}`}
            >
              {distanceText(change.at, now)}
            </time>
            <Differences change={change} zone={zone} />
          </li>
        ))}
      </ol>
      {!isAll && (
        <p>
          Newest {changes.length} changes shown. <a href={`/events/${id}/history`}>All changes as JSON</a>
        </p>
      )}
    </section>
  );
}

function deedOf({ before, after }: Change): string {
  if (after === null) return 'deleted';
  return before === null ? 'restored' : 'changed';
}

function Differences({
  change: { before, after },
  zone,
}: {
  readonly change: Change;
  readonly zone: string;
}) {
  if (before === null || after === null) return null;
  return <DifferenceList differences={differencesOf(before, after)} zone={zone} />;
}

/** What differs, field by field: what went, and what came. */
export function DifferenceList({
  differences,
  zone,
}: {
  readonly differences: readonly Difference[];
  readonly zone: string;
}) {
  const shown = ({ field }: Difference, text: string): string =>
    field === 'time' ? `${localText(Number(text), zone)} ${zone}` : text;
  return (
    <dl class="differences">
      {differences.map((difference) => (
        <div key={difference.field}>
          <dt>{difference.field}</dt>
          <dd>
            {difference.before !== '' && <del>{shown(difference, difference.before)}</del>}
            {difference.after !== '' && <ins>{shown(difference, difference.after)}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
