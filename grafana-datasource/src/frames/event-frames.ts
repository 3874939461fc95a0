// Frames of events as tables. Pure.

import type { DrawnEvent } from '@anthracite/protocol';
import { bodyOf, titleOf } from '@anthracite/protocol/browser';
import { type DataFrame, type DataLink, FieldType } from '@grafana/data';
import { columnsOf } from './columns';
import { severityText } from './state';

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
      column('type', FieldType.string, ({ type }) => type, { filterable: true }),
      column('title', FieldType.string, ({ description }) => titleOf(description)),
      column(
        'text',
        FieldType.string,
        ({ description, isCut }) => bodyOf(description) + (isCut ? '...' : ''),
      ),
      column('tags', FieldType.string, ({ tags }) => tags.join(' '), { filterable: true }),
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

/** The links of an id column to the pages of events. */
export function eventLinks(linkBase: string): DataLink[] {
  const url = `${linkBase}/events/\${__value.raw}`;
  return linkBase === '' ? [] : [{ title: 'Open in Anthracite', url, targetBlank: true }];
}
