// What stands in the lanes: marks, bars and intervals. Text goes in as text.

import { titleOf } from '@anthracite/protocol/browser';
import { localText } from '../../instant';
import type { Bin } from '../../timeline/bins';
import { countText } from '../../timeline/histogram';
import type { Mark } from '../../timeline/lane-marks';
import type { ListedSpan, PlacedSpan } from '../../timeline/span-rows';

// A label that is shorter says nothing.
const leastLabelPixels = 36;
// What the dot takes, and some air before the next one.
const dotPixels = 22;
const edgePixels = 16;
const shortBarPixels = 80;
const digitPixels = 7;
const signs = { incident: '▼', gain: '▲', other: '■' } as const;

/** Where something stands in its lane, as parts of the lane's length. */
export interface Place {
  readonly left: number;
  readonly width?: number;
}

interface Part {
  /** By which a click finds what it means. */
  readonly id: string;
  readonly href: string;
  readonly zone: string;
}

/** One event, with its title where there is room for it, or several, with their count. */
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
  const title = first === undefined ? '' : titleOf(first.description);
  const what = count === 1 ? `${first?.type}: ${title}` : countText(count);
  return (
    <a
      class={count === 1 ? 'lane-mark' : 'lane-mark many'}
      href={href}
      data-id={id}
      style={styleOf(place)}
      {...told(`${localText(mark.fromMs, zone)} ${what}`)}
    >
      <span class="lane-dot">{count === 1 ? '' : count}</span>
      <Label text={count === 1 ? title : ''} roomPixels={roomPixels - dotPixels} />
    </a>
  );
}

/** A span, with its grade in words. A bar that is too short for its label has it behind it. */
export function SpanBar({
  id,
  href,
  zone,
  placed: { span, untilMs },
  barPixels,
  roomPixels,
}: Part & { readonly placed: PlacedSpan; readonly barPixels: number; readonly roomPixels: number }) {
  const open = span.end === null ? 'open' : '';
  const text = [signs[span.scale], gradeOf(span), open, span.title].filter(Boolean).join(' ');
  const until = span.end === null ? 'still open' : `to ${localText(untilMs, zone)}`;
  const shift = barPixels < shortBarPixels ? Math.round(barPixels) : 0;
  return (
    <a
      class="lane-bar"
      href={href}
      data-id={id}
      {...told(`${text}, ${span.type}, ${localText(span.begin, zone)} ${until}`)}
    >
      <Label text={text} roomPixels={roomPixels - shift - edgePixels} shift={shift} />
    </a>
  );
}

/** An interval with its count, the darker the more it has: `level` is from 1 to 5. */
export function LaneBin({
  id,
  href,
  zone,
  bin: { fromMs, count },
  place,
  level,
  widthPixels,
}: Part & {
  readonly bin: Bin;
  readonly place: Place;
  readonly level: number;
  readonly widthPixels: number;
}) {
  const text = count < 10_000 ? String(count) : `${Math.round(count / 1000)}k`;
  return (
    <a
      class={`lane-bin level${level}`}
      href={href}
      data-id={id}
      style={styleOf(place)}
      {...told(`${localText(fromMs, zone)}: ${countText(count)}`)}
    >
      {widthPixels >= text.length * digitPixels + 4 && text}
    </a>
  );
}

/** The name of a lane, in full where it is pointed at. With `href` it leads to what is in the lane alone. */
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

/** `sev2`, `gain1`; empty for what has no severity. */
export function gradeOf({ severity, scale }: ListedSpan): string {
  return severity === null ? '' : `${scale === 'gain' ? 'gain' : 'sev'}${severity}`;
}

function Label({
  text,
  roomPixels,
  shift = 0,
}: {
  readonly text: string;
  readonly roomPixels: number;
  readonly shift?: number;
}) {
  return (
    <span
      class="lane-label"
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

// Said to who cannot see it, and beside the pointer of who can.
function told(text: string) {
  return { 'aria-label': text, 'data-told': text, draggable: false };
}
