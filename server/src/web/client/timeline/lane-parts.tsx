// The contents of lanes: marks, bars and intervals. Text is never read as markup.

import { kindOfType } from '../../event-kinds';
import { localText } from '../../instant';
import { lookOf, lookOfEvent, lookSigns, severityName } from '../../severity-badge';
import type { Bin } from '../../timeline/bins';
import { countText } from '../../timeline/histogram';
import { commonTitle, type Mark } from '../../timeline/lane-marks';
import type { PlacedSpan } from '../../timeline/span-rows';

// Shorter labels are not readable.
const leastLabelPixels = 36;
// The width of the dot and the gap before the next mark.
const dotPixels = 22;
// A number is wider than a dot.
const countPixels = 12;
const edgePixels = 16;
const shortBarPixels = 80;
const digitPixels = 7;

/** A position in a lane, as shares of its length. */
export interface Place {
  readonly left: number;
  readonly width?: number;
}

interface Part {
  /** Finds the meaning of a click. */
  readonly id: string;
  readonly href: string;
  readonly zone: string;
}

/** One event, or several with their count; with their title, if it is the same and there is room. */
export function LaneMark({
  id,
  href,
  zone,
  mark,
  place,
  roomPixels,
}: Part & { readonly mark: Mark; readonly place: Place; readonly roomPixels: number }) {
  const [first] = mark.events;
  const count = mark.events.length;
  const title = commonTitle(mark);
  const isFailed = mark.events.every((event) => lookOfEvent(event) === 'failed');
  const kind = kindOfType(first?.type ?? '');
  const named = title === '' ? '' : `${first?.type}: ${title}`;
  const what = count === 1 ? named : [named, countText(count)].filter(Boolean).join(', ');
  return (
    <a
      class={['lane-mark', `kind-${kind}`, count > 1 && 'many', isFailed && 'failed']
        .filter(Boolean)
        .join(' ')}
      href={href}
      data-id={id}
      style={styleOf(place)}
      {...tip(`${localText(mark.fromMs, zone)} ${what}`)}
    >
      <span class="lane-dot">{count > 1 ? count : isFailed && lookSigns.failed}</span>
      <Label text={title} roomPixels={roomPixels - dotPixels - (count > 1 ? countPixels : 0)} />
    </a>
  );
}

/** A span with its severity as text. If a bar is too short, its label is to its right, or to its left at the end of the view. */
export function SpanBar({
  id,
  href,
  zone,
  placed: { span, untilMs },
  barPixels,
  roomPixels,
  leftPixels,
}: Part & {
  readonly placed: PlacedSpan;
  readonly barPixels: number;
  readonly roomPixels: number;
  /** The room to its left, for a label there; null for a label to its right. */
  readonly leftPixels: number | null;
}) {
  const open = span.end === null ? 'open' : '';
  const look = lookOf(span);
  const severity = look === 'other' ? '' : severityName(look, span.severity);
  const text = [lookSigns[look], severity, open, span.title].filter(Boolean).join(' ');
  const until = span.end === null ? 'still open' : `to ${localText(untilMs, zone)}`;
  const shift = barPixels < shortBarPixels ? Math.round(barPixels) : 0;
  return (
    <a
      class="lane-bar"
      href={href}
      data-id={id}
      {...tip(`${text}, ${span.type}, ${localText(span.begin, zone)} ${until}`)}
    >
      {leftPixels === null ? (
        <Label text={text} roomPixels={roomPixels - shift - edgePixels} shift={shift} />
      ) : (
        <Label text={text} roomPixels={leftPixels - edgePixels} isBefore />
      )}
    </a>
  );
}

/** An interval with its count: the more events, the darker. `level` is from 1 to 5. */
export function LaneBin({
  id,
  href,
  zone,
  type,
  bin: { fromMs, count },
  place,
  level,
  widthPixels,
}: Part & {
  /** The type of its events; empty for several types. */
  readonly type: string;
  readonly bin: Bin;
  readonly place: Place;
  readonly level: number;
  readonly widthPixels: number;
}) {
  const text = count < 10_000 ? String(count) : `${Math.round(count / 1000)}k`;
  return (
    <a
      class={`lane-bin kind-${kindOfType(type)} level${level}`}
      href={href}
      data-id={id}
      style={styleOf(place)}
      {...tip(`${localText(fromMs, zone)}: ${countText(count)}`)}
    >
      {widthPixels >= text.length * digitPixels + 4 && text}
    </a>
  );
}

/** The name of a lane, with the full name as tooltip. `href` links to the timeline of this lane only. */
export function LaneName({
  name,
  title,
  href,
}: {
  readonly name: string;
  readonly title?: string;
  readonly href?: string;
}) {
  if (href === undefined)
    return (
      <span class="lane-name" title={title}>
        {name}
      </span>
    );
  return (
    <a class="lane-name" title={title} href={href}>
      {name}
    </a>
  );
}

function Label({
  text,
  roomPixels,
  shift = 0,
  isBefore = false,
}: {
  readonly text: string;
  readonly roomPixels: number;
  readonly shift?: number;
  readonly isBefore?: boolean;
}) {
  return (
    <span
      class={isBefore ? 'lane-label before' : 'lane-label'}
      hidden={roomPixels < leastLabelPixels}
      style={{
        maxWidth: Number.isFinite(roomPixels) ? `${Math.floor(roomPixels)}px` : '',
        marginInlineStart: shift > 0 ? `${shift}px` : '',
      }}
    >
      {text}
    </span>
  );
}

function styleOf({ left, width }: Place) {
  return { left: percent(left), width: width === undefined ? '' : percent(width) };
}

const percent = (part: number): string => `${(part * 100).toFixed(4)}%`;

// The text for screen readers and for the tooltip.
function tip(text: string) {
  return { 'aria-label': text, 'data-tip': text, draggable: false };
}
