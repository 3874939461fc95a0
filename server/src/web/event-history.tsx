// The history of an event: who changed it, when and how.

import type { Event } from '@anthracite/protocol/browser';
import { type Difference, differencesOf } from './event-difference';
import { distanceText, localText } from './instant';

/** A change of an event. */
export interface Change {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The name of the token; null if no token was needed. */
  readonly who: string | null;
  /** Null if the event was restored or purged. */
  readonly before: Event | null;
  /** Null if the event was deleted or purged. */
  readonly after: Event | null;
}

/** The newest changes of an event. */
export interface Changes {
  /** Oldest first. */
  readonly changes: readonly Change[];
  /** False if there are earlier changes. */
  readonly isAll: boolean;
}

/** Changes, newest first; nothing if there are no changes. */
export function History({
  id,
  history: { changes, isAll },
  zone,
  now,
}: {
  /** The id of the event. */
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
            <strong>{change.who ?? 'Someone'}</strong> {deedOf(change)} it{' '}
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
  if (after === null) return before === null ? 'purged' : 'deleted';
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

/** Differences by field: the old and the new text. */
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
