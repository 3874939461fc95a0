// The page of one event: all that is known of it, what was changed, and what can be done.

import {
  bodyOf,
  type Event,
  formatLine,
  parseMark,
  type StoredEvent,
  titleOf,
} from '@anthracite/protocol/core';
import type { Followers } from '../formats/told-suspects';
import { eventAddress, withParameters } from './address';
import { writeDocument } from './document';
import { type Changes, History } from './event-history';
import { Grade } from './grade';
import { FollowerList } from './incidents/suspect-list';
import { distanceText, localClock, localDay } from './instant';
import { type Frame, Layout } from './layout';
import { instantText } from './links';
import { Notice, type NoticeName } from './notice';
import { RichLine, RichText } from './rich-text';
import { TagChip } from './tag-chip';

/** What the page shows. */
export interface EventView {
  readonly event: StoredEvent;
  readonly history: Changes;
  /** The id of the span that the event is a mark of; null where it is none. */
  readonly span: number | null;
  readonly notice: NoticeName | null;
  /** What followed it; null where it is no change. */
  readonly followers: Followers | null;
}

const aroundMs = 30 * 60_000;

/** The page of an event. */
export function eventPage(frame: Frame, { event, history, span, notice, followers }: EventView): string {
  const { viewer } = frame;
  const { id, type, tags, description } = event;
  const title = titleOf(description);
  const body = bodyOf(description);
  const mark = parseMark(type, tags);
  return writeDocument(
    <Layout frame={frame} title={title} scripts={['event.js']}>
      <article class="event-page">
        <Notice name={notice} />
        <p class="crumb soft">
          <a href="/events/">Events</a> › {id}
        </p>
        <h1>
          <RichLine text={title} />
        </h1>
        <Facts event={event} frame={frame} />
        {mark !== null && (
          <p class="mark">
            <Grade scale={mark.scale} severity={mark.severity} /> {roleSentences[mark.role]}{' '}
            {span !== null && (
              <a href={`/spans/${span}`}>
                {mark.stem}
                {mark.key === null ? '' : ` ${mark.key}`}
              </a>
            )}
          </p>
        )}
        {body !== '' && (
          <div class="body">
            <RichText text={body} />
          </div>
        )}
        {followers !== null && (
          <section>
            <h2>What followed?</h2>
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
  end: 'marks the end of',
} as const;

function Facts({ event, frame }: { readonly event: StoredEvent; readonly frame: Frame }) {
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
    </dl>
  );
}

// What else happened: the first question of whoever looks at an event.
function Around({ event: { time } }: { readonly event: Event }) {
  const range = {
    from: instantText(time - aroundMs),
    until: instantText(time + aroundMs),
  };
  return (
    <p class="around">
      What else happened in the half hours before and after:{' '}
      <a href={withParameters('/events/', range)}>as a table</a>,{' '}
      <a href={withParameters('/timeline', range)}>on the timeline</a>
    </p>
  );
}

function RawLine({ event }: { readonly event: Event }) {
  return (
    <section class="raw">
      <h2>As a line</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reached by keyboard */}
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
    /** What it was. */
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
        <h1>This event is deleted</h1>
        {notice === 'known' && (
          <p class="notice" role="status">
            Adding it again does not bring it back; restoring it does.
          </p>
        )}
        <div class="notice buttons">
          <span>
            {deletion?.who ?? 'Somebody'} deleted it {distanceText(deletion?.at ?? now, now)}.
          </span>
          {viewer.mayEdit && (
            <form method="post" action={`${eventAddress(id)}/restore`}>
              <button class="button main" type="submit">
                Restore
              </button>
            </form>
          )}
        </div>
        <h2>What it was</h2>
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
