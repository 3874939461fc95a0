// Frames of marks, for annotations and for panels that draw marks of their own. Pure.

import { type DataFrame, DataTopic, type Field, FieldType, type QueryResultMetaNotice } from '@grafana/data';
import { columnsOf } from './columns';
import type { Mark } from './mark';

/** What Grafana makes annotations of. Never with an `id`: its tooltip would take that for one of Grafana's own, and delete it. */
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
    // All fields in all rows: dashboards look at some rows to learn which fields there are.
    fields: [...commonFields(marks), column('newState', FieldType.string, ({ newState }) => newState)],
  };
}

/** What panels draw as it is, each mark in a colour of its own. */
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
    // As lists: a tag may have a comma in it, by which texts would be split.
    column('tags', FieldType.other, ({ tags }) => [...tags]),
  ];
}
