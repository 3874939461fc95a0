// Frames of marks, for annotations and for marks of a single panel. Pure.

import { type DataFrame, DataTopic, type Field, FieldType, type QueryResultMetaNotice } from '@grafana/data';
import { columnsOf } from './columns';
import type { Mark } from './mark';

/** A frame for annotations. It must not have an `id`: Grafana would treat the marks as its own annotations, and offer to delete them. */
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

/** A frame that panels draw directly, each mark in its own colour. */
export function panelMarksFrame(
  marks: readonly Mark[],
  refId: string,
  notices: QueryResultMetaNotice[] = [],
): DataFrame {
  const column = columnsOf(marks);
  return {
    refId,
    name: 'anthracite',
    length: marks.length,
    meta: { dataTopic: DataTopic.Annotations, notices },
    fields: [
      ...commonFields(marks),
      column('isRegion', FieldType.boolean, ({ time, timeEnd }) => timeEnd !== time),
      column('color', FieldType.string, ({ color }) => color),
    ],
  };
}

function commonFields(marks: readonly Mark[]): Field[] {
  const column = columnsOf(marks);
  return [
    column('time', FieldType.time, ({ time }) => time),
    column('timeEnd', FieldType.time, ({ timeEnd }) => timeEnd),
    column('title', FieldType.string, ({ title }) => title),
    column('text', FieldType.string, ({ text }) => text),
    // As lists, because a tag may contain a comma, and Grafana splits texts at commas.
    column('tags', FieldType.other, ({ tags }) => [...tags]),
  ];
}
