// What is drawn on a graph for an event or a span: a point or a region, with the text of its tooltip. Pure.

import type { MarkRole, SpanProblem } from '@anthracite/protocol';
import type { DrawnEvent, DrawnSpan, Timeline } from '../request/answers';
import type { TimeRangeMs } from '../request/parameters';
import { formatDuration } from './duration';
import { type AnnotationState, annotationState, colourOf, gravityText } from './state';
import { bodyOf, linkTo, maxTooltipChars, shorten, titleOf, toHtml } from './text';

/** A mark. Times in milliseconds since the epoch; a region has an end that is not its begin. */
export interface Mark {
  readonly time: number;
  readonly timeEnd: number;
  /** HTML. */
  readonly title: string;
  /** HTML. */
  readonly text: string;
  /** Plain text: Grafana escapes tags by itself. */
  readonly tags: readonly string[];
  readonly newState: AnnotationState;
  readonly color: string;
}

/** How marks are made. */
export interface MarkOptions {
  readonly range: TimeRangeMs;
  /** The address of the server as browsers know it, without a slash at its end; empty for no links to events. */
  readonly linkBase: string;
  /** How many were asked for. */
  readonly limit: number;
}

const severityNames = { 1: 'full', 2: 'major', 3: 'minor', 4: 'no degradation' } as const;
const problemTexts: Readonly<Partial<Record<SpanProblem, string>>> = {
  no_start: 'nobody marked its start',
  doubled_start: 'its start is marked more than once',
  doubled_end: 'its end is marked more than once',
  end_before_start: 'its end is marked before its start',
  reopened: 'it was over before',
};

/** All marks of a timeline; where the server's list was cut, one more that says so where the others are missing. */
export function marksOf(timeline: Timeline, options: MarkOptions): Mark[] {
  const marks = [
    ...timeline.spans.map((span) => spanMark(span, options)),
    ...timeline.events.map((event) => eventMark(event, options)),
  ];
  const missing = missingMark(timeline, options);
  return missing === null ? marks : [missing, ...marks];
}

/** A message to whoever looks at a graph, over all of a range. */
export function messageMark(title: string, text: string, { fromMs, untilMs }: TimeRangeMs): Mark {
  return {
    time: fromMs,
    timeEnd: untilMs,
    title: bold(title),
    text: toHtml(text),
    tags: ['anthracite'],
    newState: 'no_data',
    color: 'gray',
  };
}

function eventMark(event: DrawnEvent, { linkBase }: MarkOptions): Mark {
  const { id, time, type, tags, description, group, isCut } = event;
  const body = bodyOf(description);
  const lines = [
    ...(group ? [toHtml(`${group.summary}${groupTime(group)}`)] : []),
    ...(body === ''
      ? []
      : [toHtml(isCut ? `${shorten(body, maxTooltipChars)}...` : shorten(body, maxTooltipChars))]),
    ...eventLink(id, linkBase),
  ];
  return {
    time: group?.first ?? time,
    timeEnd: group?.last ?? time,
    title: bold(shorten(titleOf(description), maxTooltipChars)),
    text: lines.join('<br/>'),
    tags: [type, ...tags],
    newState: annotationState(event),
    color: colourOf(event, type),
  };
}

function groupTime({ first, last }: { readonly first: number; readonly last: number }): string {
  return last > first ? `, within ${formatDuration(last - first)}` : '';
}

function spanMark(span: DrawnSpan, { linkBase }: MarkOptions): Mark {
  const { id, begin, end, durationMs, title, type, tags, isOpen } = span;
  return {
    time: begin,
    timeEnd: end ?? begin + durationMs,
    title: bold(isOpen ? `${title} (not over yet)` : title),
    text: [...spanLines(span).map(toHtml), ...eventLink(id, linkBase)].join('<br/>'),
    tags: [type, ...tags],
    newState: annotationState(span),
    color: colourOf(span, type),
  };
}

/** What is to be said of a span, a line each. */
export function spanLines(span: DrawnSpan): string[] {
  const { severity, impact, origin, start, detected, durationMs, isOpen, problems } = span;
  const gravity = [
    severity === null ? gravityText(span) : `${gravityText(span)} (${severityNames[severity]})`,
    impact === null ? '' : `impact ${impact} %`,
    origin === 'self' ? 'of our own making' : origin === 'external' ? 'caused from outside' : '',
  ].filter((part) => part !== '');
  const odd = problems.map((problem) => problemTexts[problem]).filter((text) => text !== undefined);
  return [
    ...(gravity.length > 0 ? [gravity.join(', ')] : []),
    ...(start !== null && detected !== null
      ? [
          told(
            `detected after ${formatDuration(Math.max(0, detected - start))}`,
            titleOfMark(span, 'detected'),
          ),
        ]
      : []),
    isOpen
      ? `open for ${formatDuration(durationMs)}`
      : told(`over after ${formatDuration(durationMs)}`, titleOfMark(span, 'end')),
    ...(odd.length > 0 ? [odd.join(', ')] : []),
  ];
}

function told(what: string, title: string): string {
  return title === '' ? what : `${what}: ${title}`;
}

// What the last mark of a role says; empty where that is no more than the span's own title.
function titleOfMark({ marks, markTitles, title }: DrawnSpan, role: MarkRole): string {
  const place = marks.map((mark) => mark.role).lastIndexOf(role);
  const said = markTitles[place] ?? '';
  return said === title ? '' : shorten(said, maxTooltipChars);
}

function eventLink(id: number, linkBase: string): string[] {
  return linkBase === '' ? [] : [linkTo(`${linkBase}/events/${id}`, 'open in Anthracite')];
}

// The newest are there: what is missing lies before the first of them.
function missingMark(timeline: Timeline, { range, limit }: MarkOptions): Mark | null {
  const { events, eventsTruncated, spans, spansTruncated } = timeline;
  if (!eventsTruncated && !spansTruncated) return null;
  const first = Math.max(
    range.fromMs,
    ...(eventsTruncated ? [Math.min(...events.map(({ time }) => time))] : []),
    ...(spansTruncated ? [Math.min(...spans.map(({ begin }) => begin))] : []),
  );
  const what = [eventsTruncated ? 'events' : '', spansTruncated ? 'spans' : ''].filter(Boolean).join(' and ');
  return messageMark(
    `Not all ${what} are shown`,
    `There are more than ${limit}; those before this point are left out. Look at less time, narrow the query, group it, or raise its limit.`,
    { fromMs: range.fromMs, untilMs: Math.min(range.untilMs, first) },
  );
}

function bold(text: string): string {
  return `<b>${toHtml(text)}</b>`;
}
