// Frames of marks, for annotations and for marks of a single panel. Pure.

import { type DataFrame, DataTopic, type Field, FieldType, type QueryResultMetaNotice } from '@grafana/data';
import { columnsOf } from './columns';
import type { Mark } from './mark';

// Each lane needs some pixels below the axis.
const maxLanes = 12;
// A type is not empty.
const othersLane = '';

/** A frame for annotations. */
export function annotationFrame(
  marks: readonly Mark[],
  refId: string,
  notices: QueryResultMetaNotice[] = [],
): DataFrame {
  const column = columnsOf(marks);
  return {
    refId,
    length: marks.length,
    meta: { notices },
    // All rows have all fields, because dashboards read the fields from some of the rows.
    fields: [...commonFields(marks), column('newState', FieldType.string, ({ newState }) => newState)],
  };
}

/**
 * Frames that panels draw directly, each mark in its own colour. There is a frame for each lane, because a time series panel with
 * several lanes of annotations has one for each frame.
 */
export function panelMarksFrames(marks: readonly Mark[], refId: string): DataFrame[] {
  return lanesOf(marks).map((lane): DataFrame => {
    const column = columnsOf(lane);
    return {
      refId,
      name: lane[0]?.lane ?? 'marks',
      length: lane.length,
      meta: { dataTopic: DataTopic.Annotations },
      fields: [
        ...commonFields(lane),
        column('isRegion', FieldType.boolean, ({ time, timeEnd }) => timeEnd !== time),
        column('color', FieldType.string, ({ color }) => color),
      ],
    };
  });
}

// The lanes in the order of their marks; those above the maximum share the last lane. Without marks there is one empty lane.
function lanesOf(marks: readonly Mark[]): Mark[][] {
  const lanes = new Map<string, Mark[]>();
  for (const mark of marks) {
    const name = lanes.has(mark.lane) || lanes.size < maxLanes - 1 ? mark.lane : othersLane;
    const lane = lanes.get(name);
    if (lane === undefined) lanes.set(name, [mark]);
    else lane.push(mark);
  }
  return lanes.size === 0 ? [[]] : [...lanes.values()];
}

function commonFields(marks: readonly Mark[]): Field[] {
  const column = columnsOf(marks);
  return [
    // Grafana offers to edit and delete marks, as its own annotations, unless their id is 0: then also if they have none.
    column('id', FieldType.number, () => 0),
    column('time', FieldType.time, ({ time }) => time),
    column('timeEnd', FieldType.time, ({ timeEnd }) => timeEnd),
    column('title', FieldType.string, ({ title }) => title),
    column('text', FieldType.string, ({ text }) => text),
    // As lists, because a tag may contain a comma, and Grafana splits texts at commas.
    column('tags', FieldType.other, ({ tags }) => [...tags]),
  ];
}
