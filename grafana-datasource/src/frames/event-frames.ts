// Frames of events: as a table, and as log lines. Pure.

import { type DataFrame, DataFrameType, type DataLink, FieldType } from '@grafana/data';
import type { DrawnEvent } from '../request/answers';
import { columnsOf } from './columns';
import { gravityText, logLevel } from './state';
import { bodyOf, titleOf } from './text';

/** A row for each event, the newest first. Texts are plain: a table escapes them. */
export function eventTable(events: readonly DrawnEvent[], refId: string, linkBase: string): DataFrame {
  const column = columnsOf(events);
  const isGrouped = events.some(({ group }) => group !== undefined);
  return {
    refId,
    name: 'events',
    length: events.length,
    meta: { preferredVisualisationType: 'table' },
    fields: [
      column('time', FieldType.time, ({ time }) => time),
      column('type', FieldType.string, ({ type }) => type),
      column('title', FieldType.string, ({ description }) => titleOf(description)),
      column(
        'text',
        FieldType.string,
        ({ description, isCut }) => bodyOf(description) + (isCut ? '...' : ''),
      ),
      column('tags', FieldType.string, ({ tags }) => tags.join(' ')),
      column('severity', FieldType.string, gravityText),
      ...(isGrouped
        ? [
            column('count', FieldType.number, ({ group }) => group?.count ?? 1),
            column('group', FieldType.string, ({ group }) => group?.summary ?? ''),
          ]
        : []),
      column('id', FieldType.number, ({ id }) => id, { decimals: 0, links: eventLinks(linkBase) }),
    ],
  };
}

/** A log line for each event, by the names that Grafana's contract for logs gives. */
export function eventLogs(events: readonly DrawnEvent[], refId: string, linkBase: string): DataFrame {
  const column = columnsOf(events);
  return {
    refId,
    name: 'events',
    length: events.length,
    meta: { type: DataFrameType.LogLines, preferredVisualisationType: 'logs' },
    fields: [
      column('timestamp', FieldType.time, ({ time }) => time),
      column('body', FieldType.string, ({ description, isCut }) => description + (isCut ? '...' : '')),
      column('severity', FieldType.string, logLevel),
      column('id', FieldType.string, ({ id }) => String(id), { links: eventLinks(linkBase) }),
      column('labels', FieldType.other, labelsOf),
    ],
  };
}

/** The link of a column of ids to the events' pages. */
export function eventLinks(linkBase: string): DataLink[] {
  const url = `${linkBase}/events/\${__value.raw}`;
  return linkBase === '' ? [] : [{ title: 'Open in Anthracite', url, targetBlank: true }];
}

// Of a key that an event has twice both values are there.
function labelsOf({ type, tags }: DrawnEvent): Readonly<Record<string, string>> {
  const labels = new Map([['type', type]]);
  for (const tag of tags) {
    const [key = '', ...rest] = tag.split('=');
    const value = rest.length > 0 ? rest.join('=') : 'true';
    const known = labels.get(key);
    labels.set(key, known === undefined ? value : `${known}, ${value}`);
  }
  return Object.fromEntries(labels);
}
