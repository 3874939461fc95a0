// Frames of events as tables and as log lines. Pure.

import type { DrawnEvent } from '@anthracite/protocol';
import { bodyOf, titleOf } from '@anthracite/protocol/browser';
import { type DataFrame, DataFrameType, type DataLink, FieldType } from '@grafana/data';
import { columnsOf } from './columns';
import { logLevel, severityText } from './state';

/** One row per event, newest first. Texts are plain, because tables escape them. */
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
      column('severity', FieldType.string, severityText),
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
      column('body', FieldType.string, ({ description, isCut }) => description + (isCut ? '...' : '')),
      column('severity', FieldType.string, (event) => logLevel(event, event.type)),
      column('id', FieldType.string, ({ id }) => String(id), { links: eventLinks(linkBase) }),
      column('labels', FieldType.other, labelsOf),
    ],
  };
}

/** The links of an id column to the pages of events. */
export function eventLinks(linkBase: string): DataLink[] {
  const url = `${linkBase}/events/\${__value.raw}`;
  return linkBase === '' ? [] : [{ title: 'Open in Anthracite', url, targetBlank: true }];
}

// If an event has a key twice, the label has both values.
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
