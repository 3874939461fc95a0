// An event as a row of a table: the same on the server and in the browser, where it comes live.

import { bodyOf, describeGroup, type GroupedEvent, parseMark, titleOf } from '@anthracite/protocol/browser';
import { eventAddress, fromTheTop, withParameters, withValue } from './address';
import { Grade } from './grade';
import { distanceText, localClock, localDay } from './instant';
import { instantText } from './links';
import { RichLine, RichText } from './rich-text';
import { TagChip } from './tag-chip';

/** What a row is drawn with. */
export interface RowView {
  /** Path and query of the table: chips narrow it. */
  readonly self: string;
  readonly zone: string;
  /** Milliseconds since the epoch, now. */
  readonly now: number;
}

/** Bodies are shown up to here; the event's page has them whole. */
const maxBodyChars = 4_000;
const maxTitleChars = 500;

/** How the kind of an event is told to style sheets: its grade, and which end of a span it marks. */
export function kindOf(type: string, tags: readonly string[]): string {
  const mark = parseMark(type, tags);
  if (mark === null) return 'event';
  const { scale, severity, role } = mark;
  const level = scale === 'incident' ? `sev${severity ?? 2}` : `gain${severity ?? 2}`;
  return `event ${role}${scale === 'other' ? '' : ` ${level}`}`;
}

/** The row. */
export function EventRow({ event, view }: { readonly event: GroupedEvent; readonly view: RowView }) {
  const { id, time, type, tags, description } = event;
  const { self, zone, now } = view;
  const clock = localClock(time, zone);
  const mark = parseMark(type, tags);
  return (
    <tr class={kindOf(type, tags)} data-id={id} data-time={time}>
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
        {mark !== null && <Grade scale={mark.scale} severity={mark.severity} />}
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
      <RichLine text={cut(titleOf(description), maxTitleChars)} />
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
      <RichText text={cut(body, maxBodyChars)} />
      {body.length > maxBodyChars && <a href={eventAddress(id)}>all of it</a>}
    </details>
  );
}

/** The first characters of a text, and `...` where there are more. */
function cut(text: string, max: number): string {
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

/** The day that a row stands under, as rows are gathered by it. */
export function dayOf({ time }: GroupedEvent, { zone }: RowView): string {
  return localDay(time, zone);
}
