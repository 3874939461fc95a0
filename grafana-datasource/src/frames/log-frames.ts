// Frames of events as log lines. Pure.

import type { DrawnEvent } from '@anthracite/protocol';
import { type DataFrame, DataFrameType, FieldType } from '@grafana/data';
import { labelsOf } from '../query/labels';
import { columnsOf } from './columns';
import { eventLinks } from './event-frames';
import { logLevel } from './state';

/** One log line per event, with the field names of Grafana's logs format. */
export function eventLogs(events: readonly DrawnEvent[], refId: string, linkBase: string): DataFrame {
  const column = columnsOf(events);
  return {
    refId,
    name: 'events',
    length: events.length,
    meta: { type: DataFrameType.LogLines, preferredVisualisationType: 'logs' },
    fields: [
      column('timestamp', FieldType.time, ({ time }) => time),
      column('body', FieldType.string, lineOf),
      column('severity', FieldType.string, (event) => logLevel(event, event.type)),
      column('id', FieldType.string, ({ id }) => String(id), { links: eventLinks(linkBase) }),
      column('labels', FieldType.other, ({ type, tags }) => labelsOf(type, tags)),
    ],
  };
}

// Lines that are not wrapped lose their line breaks, so a space is before each of them. Control characters would be colours.
function lineOf({ type, description, isCut }: DrawnEvent): string {
  const text = description
    .replace(/ ?(?:\r\n?|\n)/g, ' \n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
  return `${type}: ${text}${isCut ? '...' : ''}`;
}
