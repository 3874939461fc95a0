// The page of one event: its fields, history and actions.

import {
  bodyOf,
  type Event,
  formatLine,
  parseMark,
  type StoredEvent,
  titleOf,
  warningsOf,
} from '@anthracite/protocol/core';
import type { Followers } from '../formats/told-suspects';
import { eventAddress, withParameters } from './address';
import { writeDocument } from './document';
import { type Changes, History } from './event-history';
import { FollowerList } from './incidents/suspect-list';
import { distanceText, localClock, localDay, localText } from './instant';
import { type Frame, Layout } from './layout';
import { instantText } from './links';
import { Notice, type NoticeName } from './notice';
import { RichLine, RichText } from './rich-text';
import { lookOfEvent, SeverityBadge } from './severity-badge';
import { TagChip } from './tag-chip';

/** What the page shows. */
export interface EventView {
  readonly event: StoredEvent;
  /** Its event key; null if it has no key. */
  readonly eventKey: string | null;
  readonly history: Changes;
  /** The id of the span that the event marks; null if the event is not a mark. */
  readonly span: number | null;
  readonly notice: NoticeName | null;
  /** Its followers; null if the event is not a change. */
  readonly followers: Followers | null;
}

const editKeys = [['e', 'edit the event']] as const;
const aroundMs = 30 * 60_000;

/** The page of an event. */
export function eventPage(frame: Frame, view: EventView): string {
  const { event, eventKey, history, span, notice, followers } = view;
  const { viewer } = frame;
  const { id, type, tags, description } = event;
  const title = titleOf(description);
  const body = bodyOf(description);
  const mark = parseMark(type, tags);
  return writeDocument(
    <Layout
      frame={frame}
      title={title}
      description={`${type} at ${localText(event.time, viewer.zone)} ${viewer.zone}`}
      scripts={['event.js']}
      keys={viewer.mayEdit ? editKeys : []}
    >
      <article class="event-page">
        <Notice name={notice} />
        <p class="crumb soft">
          <a href="/events/">Events</a> › {id}
        </p>
        <h1>
          <RichLine text={title} />
        </h1>
        <Facts event={event} eventKey={eventKey} frame={frame} />
        {mark !== null && (
          <p class="mark">
            <SeverityBadge look={lookOfEvent(event)} severity={mark.severity} /> {roleSentences[mark.role]}{' '}
            {span !== null && (
              <a href={`/spans/${span}`}>
                {mark.stem}
                {mark.key === null ? '' : ` ${mark.key}`}
              </a>
            )}
          </p>
        )}
        {warningsOf(type, tags).map(({ code, warning }) => (
          <p class="notice" key={code}>
            Warning: {warning}.
          </p>
        ))}
        {body !== '' && (
          <div class="body">
            <RichText text={body} />
          </div>
        )}
        {followers !== null && (
          <section>
            <h2>Spans that followed</h2>
            <FollowerList told={followers} zone={viewer.zone} />
          </section>
        )}
        <Around event={event} />
        {viewer.mayEdit && (
          <div class="buttons">
            <a
              id="edit"
              class="button"
              href={`${eventAddress(id)}/edit`}
              aria-keyshortcuts="e"
              title="key: e"
            >
              Edit
            </a>
            <form method="post" action={`${eventAddress(id)}/delete`}>
              <button class="button danger" type="submit">
                Delete
              </button>
            </form>
          </div>
        )}
        <RawLine event={event} />
        <History id={event.id} history={history} zone={viewer.zone} now={frame.now} />
      </article>
    </Layout>,
  );
}

const roleSentences = {
  start: 'marks the start of',
  detected: 'marks the detection of',
  update: 'is an update of',
  end: 'marks the end of',
} as const;

function Facts({
  event,
  eventKey = null,
  frame,
}: {
  readonly event: StoredEvent;
  readonly eventKey?: string | null;
  readonly frame: Frame;
}) {
  const { time, type, tags } = event;
  const { zone } = frame.viewer;
  return (
    <dl class="facts">
      <dt>Time</dt>
      <dd>
        <time datetime={new Date(time).toISOString()}>
          {localDay(time, zone)} {localClock(time, zone)}
        </time>{' '}
        <span class="soft">
          {zone}, {distanceText(time, frame.now)}
          {zone !== 'UTC' &&
            ` (${new Date(time)
              .toISOString()
              .replace('T', ' ')
              .replace(/(?:\.000)?Z$/, ' UTC')})`}
        </span>
      </dd>
      <dt>Type</dt>
      <dd>
        <a class="mono" href={withParameters('/events/', { type })}>
          {type}
        </a>
      </dd>
      {tags.length > 0 && (
        <>
          <dt>Tags</dt>
          <dd>
            {tags.map((tag) => (
              <TagChip key={tag} tag={tag} />
            ))}
          </dd>
        </>
      )}
      {eventKey !== null && (
        <>
          <dt>Event key</dt>
          <dd class="mono">{eventKey}</dd>
        </>
      )}
    </dl>
  );
}

// Links to other events at that time: what readers usually want to know first.
function Around({ event: { time } }: { readonly event: Event }) {
  const range = {
    from: instantText(time - aroundMs),
    until: instantText(time + aroundMs),
  };
  return (
    <p class="around">
      Events within 30 minutes before and after: <a href={withParameters('/events/', range)}>table</a>,{' '}
      <a href={withParameters('/timeline', range)}>timeline</a>
    </p>
  );
}

function RawLine({ event }: { readonly event: Event }) {
  return (
    <section class="raw">
      <h2>Line</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code id="line">{formatLine(event)}</code>
      </pre>
      <button class="button" type="button" id="copy-line" hidden>
        Copy
      </button>
    </section>
  );
}

/** The page of an event that was deleted. */
export function deletedEventPage(
  frame: Frame,
  {
    id,
    was,
    history,
    notice,
  }: {
    readonly id: number;
    /** Its last version. */
    readonly was: Event;
    readonly history: Changes;
    readonly notice: NoticeName | null;
  },
): string {
  const { viewer, now } = frame;
  const deletion = history.changes.at(-1);
  return writeDocument(
    <Layout frame={frame} title={`Deleted: ${titleOf(was.description)}`}>
      <article class="event-page">
        <p class="crumb soft">
          <a href="/events/">Events</a> › {id}
        </p>
        <h1>Deleted event</h1>
        {notice === 'known' && (
          <p class="notice" role="status">
            If a deleted event is sent again, it stays deleted. To get the event back, restore it.
          </p>
        )}
        <div class="notice buttons">
          <span>
            {deletion?.who ?? 'Someone'} deleted it {distanceText(deletion?.at ?? now, now)}.
          </span>
          {viewer.mayEdit && (
            <form method="post" action={`${eventAddress(id)}/restore`}>
              <button class="button main" type="submit">
                Restore
              </button>
            </form>
          )}
        </div>
        <h2>Last version</h2>
        <p class="title">
          <RichLine text={titleOf(was.description)} />
        </p>
        <Facts event={{ id, ...was }} frame={frame} />
        <RichText text={bodyOf(was.description)} />
        <History id={id} history={history} zone={viewer.zone} now={now} />
      </article>
    </Layout>,
  );
}
