// An event as a row of a table. The server and the live table in the browser use the same code.

import {
  bodyOf,
  describeGroup,
  type GroupedEvent,
  type MarkMeaning,
  parseMark,
  titleOf,
} from '@anthracite/protocol/browser';
import { eventAddress, fromTheTop, withParameters, withValue } from './address';
import { distanceText, localClock, localDay } from './instant';
import { instantText } from './links';
import { RichLine, RichText } from './rich-text';
import { type Look, lookOfEvent, SeverityBadge, severityName } from './severity-badge';
import { TagChip } from './tag-chip';

/** The context of a row. */
export interface RowView {
  /** Path and query of the table; links of the row add filters to it. */
  readonly self: string;
  readonly zone: string;
  /** Milliseconds since the epoch, now. */
  readonly now: number;
}

/** Longer bodies are shortened; the page of the event has the full text. */
const maxBodyChars = 4_000;
const maxTitleChars = 500;

/** The classes of an event for style sheets: its severity, and which mark of a span it is. */
function kindOf(look: Look, mark: MarkMeaning | null): string {
  const level = look === 'other' ? '' : severityName(look, mark?.severity ?? 2);
  return ['event', mark?.role ?? '', level].filter(Boolean).join(' ');
}

/** The row. */
export function EventRow({ event, view }: { readonly event: GroupedEvent; readonly view: RowView }) {
  const { id, time, type, tags, description } = event;
  const { self, zone, now } = view;
  const clock = localClock(time, zone);
  const mark = parseMark(type, tags);
  const own = lookOfEvent(event);
  // Only marks of incidents and gains show a severity: other events are not spans.
  const look = mark === null && own !== 'failed' ? 'other' : own;
  return (
    <tr class={kindOf(look, mark)} data-id={id} data-time={time}>
      <td class="when">
        <a
          class="at"
          href={eventAddress(id)}
          aria-label={`${clock}, event ${id}`}
          title={`${localDay(time, zone)} ${clock} ${zone}, ${distanceText(time, now)}`}
        >
          <time datetime={new Date(time).toISOString()}>{clock.slice(0, 8)}</time>
        </a>
      </td>
      <td class="type">
        <a href={withParameters(self, { type, ...fromTheTop })}>{type}</a>
        <SeverityBadge look={look} severity={mark?.severity ?? null} />
      </td>
      <td class="what">
        <Title description={description} />{' '}
        <span class="tags">
          {tags.map((tag) => (
            <TagChip key={tag} tag={tag} base={self} />
          ))}
        </span>
        <Body description={description} id={id} />
        <GroupNote event={event} self={self} />
      </td>
    </tr>
  );
}

function Title({ description }: { readonly description: string }) {
  return (
    <span class="title">
      <RichLine text={shorten(titleOf(description), maxTitleChars)} />
    </span>
  );
}

function Body({ description, id }: { readonly description: string; readonly id: number }) {
  const body = bodyOf(description);
  if (body.trimEnd() === '') return null;
  const lines = body.trimEnd().split('\n').length;
  return (
    <details>
      <summary>{lines === 1 ? '1 more line' : `${lines} more lines`}</summary>
      <RichText text={shorten(body, maxBodyChars)} />
      {body.length > maxBodyChars && <a href={eventAddress(id)}>full text</a>}
    </details>
  );
}

/** The first characters of a text, with `...` if there are more. */
function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).replace(/[\ud800-\udbff]$/, '')}...`;
}

function GroupNote({ event, self }: { readonly event: GroupedEvent; readonly self: string }) {
  const { type, group } = event;
  if (group === undefined) return null;
  const { key, value, first, last } = group;
  const address = withParameters(withValue(self, 'all', `${key}=${value}`), {
    type,
    group: null,
    window: null,
    from: instantText(first),
    until: instantText(last),
  });
  return (
    <a class="group" href={address}>
      {describeGroup(group)}
    </a>
  );
}

/** The day by which a row is grouped. */
export function dayOf({ time }: GroupedEvent, { zone }: RowView): string {
  return localDay(time, zone);
}
