// An event as a row of a table. The server and the live table in the browser use the same code.

import {
  bodyOf,
  describeGroup,
  foldValueOf,
  type GroupedEvent,
  hitsOf,
  type MarkMeaning,
  parseMark,
  type Search,
  spellDuration,
  titleOf,
} from '@anthracite/protocol/browser';
import { eventAddress, fromTheTop, withParameters, withValue } from './address';
import { distanceText, localClock, localDay } from './instant';
import { instantText } from './links';
import { Marked } from './marked';
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
  /** The search of the list, whose hits are marked; null without one. */
  readonly search: Search | null;
  /** The key of the tag by which rows are folded; null if they are not. */
  readonly fold: Fold | null;
  /** The spans of marks in the list, by the id of the mark; rows that are added later have none. */
  readonly spans: ReadonlyMap<number, MarkedSpan>;
}

/** How rows are folded. */
export interface Fold {
  readonly key: string;
  /** True if events without the tag are folded by their title. */
  readonly withTitles: boolean;
}

/** The span of a mark. */
export interface MarkedSpan {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly begin: number;
  /** Null while the span is open. */
  readonly end: number | null;
}

/** Text by which rows that can be folded together are recognized; null for a row that is not folded. */
export function foldOf(event: GroupedEvent, fold: Fold | null): string | null {
  const shared = fold === null ? null : foldValueOf(event, fold.key, fold.withTitles);
  return shared === null ? null : `${event.type} ${shared.key} ${shared.value}`;
}

/** Longer bodies are shortened; the page of the event has the full text. */
const maxBodyChars = 4_000;
const maxTitleChars = 500;
const maxSearchedChars = 100_000;
const charsBeforeHit = 200;

/** The classes of an event for style sheets: its severity, and which mark of a span it is. */
function kindOf(look: Look, mark: MarkMeaning | null): string {
  const level = look === 'other' ? '' : severityName(look, mark?.severity ?? 2);
  return ['event', mark?.role ?? '', level].filter(Boolean).join(' ');
}

/** The row. */
export function EventRow({ event, view }: { readonly event: GroupedEvent; readonly view: RowView }) {
  const { id, time, type, tags, description } = event;
  const { self, zone, now, search } = view;
  const clock = localClock(time, zone);
  const mark = parseMark(type, tags);
  const own = lookOfEvent(event);
  // Only marks of incidents and gains show a severity: other events are not spans.
  const look = mark === null && own !== 'failed' ? 'other' : own;
  return (
    <tr class={kindOf(look, mark)} data-id={id} data-time={time} data-fold={foldOf(event, view.fold)}>
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
        <SeverityBadge look={look} severity={mark?.severity ?? null} />
        <a href={withParameters(self, { type, ...fromTheTop })}>
          <Marked text={type} search={search} />
        </a>
      </td>
      <td class="what">
        <div class="line">
          {mark !== null && mark.scale !== 'other' && <State id={id} span={view.spans.get(id)} view={view} />}
          <Title description={description} search={search} /> <GroupNote event={event} self={self} />
          <span class="tags">
            {tags.map((tag) => (
              <TagChip key={tag} tag={tag} base={self} search={search} />
            ))}
          </span>
        </div>
        <Body description={description} id={id} search={search} />
      </td>
    </tr>
  );
}

function Title({ description, search }: { readonly description: string; readonly search: Search | null }) {
  return (
    <span class="title">
      <RichLine text={shorten(titleOf(description), maxTitleChars)} search={search} />
    </span>
  );
}

// The page of an incident is also the page of each of its marks.
function State({
  id,
  span,
  view: { now },
}: {
  readonly id: number;
  readonly span: MarkedSpan | undefined;
  readonly view: RowView;
}) {
  const isOpen = span?.end === null;
  return (
    <a class={`state ${isOpen ? 'open' : ''}`} href={`/spans/${span?.id ?? id}`}>
      {span === undefined
        ? 'Details'
        : span.end === null
          ? `Open for ${spellDuration(Math.max(0, now - span.begin), 'words')}`
          : `Resolved after ${spellDuration(span.end - span.begin, 'words')}`}
    </a>
  );
}

function Body({
  description,
  id,
  search,
}: {
  readonly description: string;
  readonly id: number;
  readonly search: Search | null;
}) {
  const body = bodyOf(description);
  if (body.trimEnd() === '') return null;
  const lines = body.trimEnd().split('\n').length;
  const [hit] = search === null ? [] : hitsOf(body.slice(0, maxSearchedChars), search);
  // A hit that is far down is shown with the text around it.
  const from = hit === undefined || hit[1] <= maxBodyChars ? 0 : Math.max(0, hit[0] - charsBeforeHit);
  return (
    <details open={hit !== undefined}>
      <summary>{lines === 1 ? '1 more line' : `${lines} more lines`}</summary>
      <RichText
        text={`${from > 0 ? '... ' : ''}${shorten(body.slice(from).replace(/^[\udc00-\udfff]/, ''), maxBodyChars)}`}
        search={search}
      />
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
  const base = key === '' ? self : withValue(self, 'all', `${key}=${value}`);
  const address = withParameters(base, {
    type,
    group: null,
    window: null,
    range: null,
    fold: 'off',
    from: instantText(first),
    until: instantText(last),
    ...fromTheTop,
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
