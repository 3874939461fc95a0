// The marks of events and spans on a graph: points or regions, with tooltips. Pure.

import type { DrawnEvent, DrawnSpan, MarkRole, SpanProblem, TimelineAnswer } from '@anthracite/protocol';
import { bodyOf, titleOf } from '@anthracite/protocol/browser';
import type { TimeRangeMs } from '../request/parameters';
import { formatDuration } from './duration';
import { type AnnotationState, annotationState, colourOf, severityText } from './state';
import { linkTo, maxTooltipChars, shorten, toHtml } from './text';

/** A mark. Times in milliseconds since the epoch; a region has an end that differs from its start. */
export interface Mark {
  readonly time: number;
  readonly timeEnd: number;
  /** HTML. */
  readonly title: string;
  /** HTML. */
  readonly text: string;
  /** Plain text: Grafana escapes tags. */
  readonly tags: readonly string[];
  readonly newState: AnnotationState;
  readonly color: string;
  /** The lane of the mark: its type, or the stem of its span. */
  readonly lane: string;
}

/** Options for marks. */
export interface MarkOptions {
  readonly range: TimeRangeMs;
  /** The address of the server as browsers reach it, without a trailing slash; empty: no links to events. */
  readonly linkBase: string;
  /** The limit of the query. */
  readonly limit: number;
}

const severityNames = { 1: 'full', 2: 'major', 3: 'minor', 4: 'no degradation' } as const;
const problemTexts: Readonly<Partial<Record<SpanProblem, string>>> = {
  no_start: 'its start is not marked',
  doubled_start: 'its start is marked more than once',
  doubled_end: 'its end is marked more than once',
  end_before_start: 'its end is marked before its start',
  reopened: 'reopened after an earlier end',
};

/** All marks of a timeline; if it is truncated, also a message mark over the range of the missing marks. */
export function marksOf(timeline: TimelineAnswer, options: MarkOptions): Mark[] {
  const marks = [
    ...timeline.spans.map((span) => spanMark(span, options)),
    ...timeline.events.map((event) => eventMark(event, options)),
  ];
  const missing = missingMark(timeline, options);
  return missing === null ? marks : [missing, ...marks];
}

/** A message on a graph, over a range. */
export function messageMark(title: string, text: string, { fromMs, untilMs }: TimeRangeMs): Mark {
  return {
    time: fromMs,
    timeEnd: untilMs,
    title: bold(title),
    text: toHtml(text),
    tags: ['anthracite'],
    newState: 'no_data',
    color: 'gray',
    lane: 'anthracite',
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
    newState: annotationState(event, type),
    color: colourOf(event, type),
    lane: type,
  };
}

function groupTime({ first, last }: { readonly first: number; readonly last: number }): string {
  return last > first ? `, within ${formatDuration(last - first)}` : '';
}

/** The mark of a span. */
export function spanMark(span: DrawnSpan, { linkBase }: Pick<MarkOptions, 'linkBase'>): Mark {
  const { id, begin, end, durationMs, title, type, tags, isOpen } = span;
  return {
    time: begin,
    timeEnd: end ?? begin + durationMs,
    title: bold(isOpen ? `${title} (open)` : title),
    text: [...spanLines(span).map(toHtml), ...eventLink(id, linkBase)].join('<br/>'),
    tags: [type, ...tags],
    newState: annotationState(span, type),
    color: colourOf(span, type),
    lane: type,
  };
}

/** The lines of a span's tooltip. */
export function spanLines(span: DrawnSpan): string[] {
  const { scale, severity, impact, origin, start, detected, durationMs, isOpen, problems } = span;
  const facts = [
    severity === null ? severityText(span) : `${severityText(span)} (${severityNames[severity]})`,
    impact === null ? '' : `impact ${impact} %`,
    origin === 'self' ? 'origin self' : origin === 'external' ? 'origin external' : '',
  ].filter((part) => part !== '');
  const odd = problems.map((problem) => problemTexts[problem]).filter((text) => text !== undefined);
  return [
    ...(facts.length > 0 ? [facts.join(', ')] : []),
    ...(start !== null && detected !== null
      ? [
          withTitle(
            `detected after ${formatDuration(Math.max(0, detected - start))}`,
            titleOfMark(span, 'detected'),
          ),
        ]
      : []),
    isOpen
      ? `open for ${formatDuration(durationMs)}`
      : withTitle(
          `${scale === 'incident' ? 'resolved' : 'ended'} after ${formatDuration(durationMs)}`,
          titleOfMark(span, 'end'),
        ),
    ...(odd.length > 0 ? [odd.join(', ')] : []),
  ];
}

function withTitle(what: string, title: string): string {
  return title === '' ? what : `${what}: ${title}`;
}

// The title of the last mark with a role; empty if it equals the title of the span.
function titleOfMark({ marks, markTitles, title }: DrawnSpan, role: MarkRole): string {
  const place = marks.map((mark) => mark.role).lastIndexOf(role);
  const said = markTitles[place] ?? '';
  return said === title ? '' : shorten(said, maxTooltipChars);
}

/** The last line of a tooltip, if there are links to events. */
export function eventLink(id: number, linkBase: string): string[] {
  return linkBase === '' ? [] : [linkTo(`${linkBase}/events/${id}`, 'open in Anthracite')];
}

// A truncated timeline has the newest marks, so the missing marks are before the first of them.
function missingMark(timeline: TimelineAnswer, { range, limit }: MarkOptions): Mark | null {
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
    `More than ${limit} match; those before this point are not shown. Shorten the time range, filter or group the query, or raise its limit.`,
    { fromMs: range.fromMs, untilMs: Math.min(range.untilMs, first) },
  );
}

/** A title as HTML. */
export function bold(text: string): string {
  return `<b>${toHtml(text)}</b>`;
}
