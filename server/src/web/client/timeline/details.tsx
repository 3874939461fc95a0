// The details of the selected mark or span.

import { bodyOf, type StoredEvent, titleOf } from '@anthracite/protocol/browser';
import { Instant } from '../../instant';
import { lookOf, SeverityBadge } from '../../severity-badge';
import { countText } from '../../timeline/histogram';
import type { Mark } from '../../timeline/lane-marks';
import type { ListedSpan } from '../../timeline/span-rows';

/** The selected mark or span. */
export type Chosen =
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'span'; readonly span: ListedSpan };

const mostListed = 30;
const mostBodyLines = 12;

/** The card with the details. */
export function Details({
  chosen,
  zone,
  onZoom,
  onClose,
}: {
  readonly chosen: Chosen;
  readonly zone: string;
  readonly onZoom: () => void;
  readonly onClose: () => void;
}) {
  const isSingle = chosen.kind === 'mark' && chosen.mark.events.length === 1;
  return (
    <article class="card timeline-details">
      <div class="timeline-details-buttons">
        {!isSingle && (
          <button type="button" class="button" onClick={onZoom}>
            Zoom in
          </button>
        )}
        <button type="button" class="button" onClick={onClose} aria-label="Close">
          ✕
        </button>
      </div>
      {chosen.kind === 'span' ? (
        <SpanDetails span={chosen.span} zone={zone} />
      ) : isSingle ? (
        <EventDetails event={chosen.mark.events[0] as StoredEvent} zone={zone} />
      ) : (
        <MarkDetails mark={chosen.mark} zone={zone} />
      )}
    </article>
  );
}

interface Shown {
  readonly zone: string;
}

function EventDetails({ event, zone }: Shown & { readonly event: StoredEvent }) {
  const lines = bodyOf(event.description).split('\n');
  return (
    <>
      <h2>
        <a href={`/events/${event.id}`}>{titleOf(event.description)}</a>
      </h2>
      <p class="soft">
        <Instant time={event.time} zone={zone} /> <span class="mono">{event.type}</span>{' '}
        <Tags tags={event.tags} />
      </p>
      {lines[0] !== '' || lines.length > 1 ? (
        <p class="timeline-body">
          {lines.slice(0, mostBodyLines).join('\n')}
          {lines.length > mostBodyLines && '\n...'}
        </p>
      ) : null}
    </>
  );
}

function MarkDetails({ mark, zone }: Shown & { readonly mark: Mark }) {
  return (
    <>
      <h2>{countText(mark.events.length)}</h2>
      <ul class="timeline-list">
        {mark.events.slice(0, mostListed).map((event) => (
          <li key={event.id}>
            <Instant time={event.time} zone={zone} /> <span class="mono">{event.type}</span>{' '}
            <a href={`/events/${event.id}`}>{titleOf(event.description)}</a>
          </li>
        ))}
        {mark.events.length > mostListed && (
          <li class="soft">{mark.events.length - mostListed} more: zoom in</li>
        )}
      </ul>
    </>
  );
}

function SpanDetails({ span, zone }: Shown & { readonly span: ListedSpan }) {
  return (
    <>
      <h2>
        <SeverityBadge look={lookOf(span)} severity={span.severity} />{' '}
        <a href={`/spans/${span.id}`}>{span.title}</a>
      </h2>
      <p class="soft">
        <span class="mono">{span.type}</span> <Instant time={span.begin} zone={zone} /> to{' '}
        {span.end === null ? <strong>now (open)</strong> : <Instant time={span.end} zone={zone} />}
        {span.detected !== null && (
          <>
            , detected <Instant time={span.detected} zone={zone} />
          </>
        )}{' '}
        <Tags tags={span.tags} />
      </p>
    </>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <>
      {tags.map((tag) => (
        <span key={tag}>
          <span class="tag">{tag}</span>{' '}
        </span>
      ))}
    </>
  );
}
