// Frames of spans as state timelines and as tables. Pure.

import type { DrawnSpan } from '@anthracite/protocol';
import { type DataFrame, FieldType, MappingType, type ValueMapping } from '@grafana/data';
import { columnsOf } from './columns';
import { eventLinks } from './event-frames';
import { colourOf, severityText } from './state';

/** The value of a row from a time on; null: no span. */
interface Change {
  readonly time: number;
  readonly value: string | null;
}

/** A row of a state timeline. */
interface Lane {
  readonly name: string;
  readonly changes: Change[];
  endsAt: number;
}

/**
 * One frame per row of a state timeline. Spans of a type share a row, and overlapping spans use additional rows. Colours follow the
 * severity as it changes.
 */
export function spanTimeline(spans: readonly DrawnSpan[], refId: string): DataFrame[] {
  const colours = new Map<string, string>();
  const lanes = new Map<string, Lane[]>();
  for (const span of [...spans].sort((a, b) => a.begin - b.begin || a.id - b.id)) {
    const ofType = lanes.get(span.type) ?? [];
    lanes.set(span.type, ofType);
    let lane = ofType.find(({ endsAt }) => endsAt <= span.begin);
    if (lane === undefined) {
      lane = {
        name: ofType.length === 0 ? span.type : `${span.type} (${ofType.length + 1})`,
        changes: [],
        endsAt: 0,
      };
      ofType.push(lane);
    }
    addSpan(lane, span, colours);
  }
  const mappings = [mappingOf(colours)];
  return [...lanes.values()].flat().map(({ name, changes }): DataFrame => {
    const column = columnsOf(changes);
    return {
      refId,
      name,
      length: changes.length,
      // Explore has no state timeline, and a graph of texts would be empty.
      meta: { preferredVisualisationType: 'table' },
      fields: [
        column('Time', FieldType.time, ({ time }) => time),
        column('Value', FieldType.string, ({ value }) => value, { displayNameFromDS: name, mappings }),
      ],
    };
  });
}

/** One row per span. Texts are plain, because tables escape them. */
export function spanTable(spans: readonly DrawnSpan[], refId: string, linkBase: string): DataFrame {
  const column = columnsOf(spans);
  return {
    refId,
    name: 'spans',
    length: spans.length,
    meta: { preferredVisualisationType: 'table' },
    fields: [
      column('begin', FieldType.time, ({ begin }) => begin),
      column('end', FieldType.time, ({ end }) => end),
      column('duration', FieldType.number, ({ durationMs }) => durationMs, { unit: 'ms' }),
      column('open', FieldType.boolean, ({ isOpen }) => isOpen),
      column('type', FieldType.string, ({ type }) => type),
      column('key', FieldType.string, ({ key }) => key ?? ''),
      column('title', FieldType.string, ({ title }) => title),
      column('severity', FieldType.string, severityText),
      column('impact', FieldType.number, ({ impact }) => impact, { unit: 'percent' }),
      column('origin', FieldType.string, ({ origin }) => origin ?? '', { filterable: true }),
      column(
        'time to detect',
        FieldType.number,
        ({ start, detected }) => (start === null || detected === null ? null : Math.max(0, detected - start)),
        { unit: 'ms' },
      ),
      column('tags', FieldType.string, ({ tags }) => tags.join(' '), { filterable: true }),
      column('problems', FieldType.string, ({ problems }) => problems.join(', ')),
      column('id', FieldType.number, ({ id }) => id, { decimals: 0, links: eventLinks(linkBase) }),
    ],
  };
}

function addSpan(lane: Lane, span: DrawnSpan, colours: Map<string, string>): void {
  const { begin, end, durationMs, levels, scale, title, type } = span;
  const endsAt = end ?? begin + durationMs;
  for (const { time, severity } of levels) {
    const value = [severityText({ scale, severity }), title].filter(Boolean).join(' \u00b7 ');
    colours.set(value, colourOf({ scale, severity }, type));
    // A level that is replaced at the same time is not shown.
    if (lane.changes.at(-1)?.time === time) lane.changes.pop();
    lane.changes.push({ time, value });
  }
  lane.changes.push({ time: endsAt, value: null });
  lane.endsAt = endsAt;
}

function mappingOf(colours: ReadonlyMap<string, string>): ValueMapping {
  const options = Array.from(colours, ([value, color], index) => [value, { color, index }]);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}
