// Frames of marks, for annotations and for panels that draw marks of their own. Pure.

import { type DataFrame, DataTopic, type Field, FieldType, type QueryResultMetaNotice } from '@grafana/data';
import type { Mark } from './mark';

/** A field of a frame. */
export function field(name: string, type: FieldType, values: unknown[], config: Field['config'] = {}): Field {
  return { name, type, config, values };
}

/** What Grafana makes annotations of. Never with an `id`: its tooltip would take that for one of Grafana's own, and delete it. */
export function annotationFrame(
  marks: readonly Mark[],
  refId: string,
  notices: QueryResultMetaNotice[] = [],
): DataFrame {
  return {
    refId,
    length: marks.length,
    meta: { notices },
    // All fields in all rows: dashboards look at some rows to learn which fields there are.
    fields: [
      ...commonFields(marks),
      field(
        'newState',
        FieldType.string,
        marks.map(({ newState }) => newState),
      ),
    ],
  };
}

/** What panels draw as it is, each mark in a colour of its own. */
export function panelMarksFrame(
  marks: readonly Mark[],
  refId: string,
  notices: QueryResultMetaNotice[] = [],
): DataFrame {
  return {
    refId,
    name: 'anthracite',
    length: marks.length,
    meta: { dataTopic: DataTopic.Annotations, notices },
    fields: [
      ...commonFields(marks),
      field(
        'isRegion',
        FieldType.boolean,
        marks.map(({ time, timeEnd }) => timeEnd !== time),
      ),
      field(
        'color',
        FieldType.string,
        marks.map(({ color }) => color),
      ),
    ],
  };
}

function commonFields(marks: readonly Mark[]): Field[] {
  return [
    field(
      'time',
      FieldType.time,
      marks.map(({ time }) => time),
    ),
    field(
      'timeEnd',
      FieldType.time,
      marks.map(({ timeEnd }) => timeEnd),
    ),
    field(
      'title',
      FieldType.string,
      marks.map(({ title }) => title),
    ),
    field(
      'text',
      FieldType.string,
      marks.map(({ text }) => text),
    ),
    // As lists: a tag may have a comma in it, by which texts would be split.
    field(
      'tags',
      FieldType.other,
      marks.map(({ tags }) => [...tags]),
    ),
  ];
}
