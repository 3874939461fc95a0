// Frames of suspects, the changes before a span, and of followers, the spans after a change. Pure.

import type { FollowerPage, SpanEntry, SuspectPage } from '@anthracite/protocol';
import { titleOf } from '@anthracite/protocol/browser';
import { type DataFrame, FieldType } from '@grafana/data';
import { columnsOf } from './columns';
import { eventLinks } from './event-frames';
import { severityText } from './state';

const whole = { decimals: 0 };
const tag = { filterable: true };

/** One row per suspect of each span, the most suspicious first. Texts are plain, because tables escape them. */
export function suspectTable(pages: readonly SuspectPage[], refId: string, linkBase: string): DataFrame {
  const rows = pages.flatMap(({ span, suspects }) => suspects.map((suspect) => ({ ...suspect, span })));
  const column = columnsOf(rows);
  return {
    refId,
    name: 'suspects',
    length: rows.length,
    meta: { preferredVisualisationType: 'table' },
    fields: [
      ...(pages.length > 1 ? [column('span', FieldType.string, ({ span }) => nameOf(span))] : []),
      column('rank', FieldType.number, ({ rank }) => rank, whole),
      column('time', FieldType.time, ({ first }) => first),
      column('before', FieldType.number, ({ lagMs }) => lagMs, { unit: 'ms' }),
      column('type', FieldType.string, ({ type }) => type, tag),
      column('title', FieldType.string, ({ event }) => titleOf(event.description)),
      column('reasons', FieldType.string, ({ explanation }) => explanation),
      column('score', FieldType.number, ({ score }) => score, { decimals: 1 }),
      column('events', FieldType.number, ({ event }) => event.group?.count ?? 1, whole),
      column('tags', FieldType.string, ({ event }) => event.tags.join(' '), tag),
      column('id', FieldType.number, ({ event }) => event.id, { ...whole, links: eventLinks(linkBase) }),
    ],
  };
}

/** One row per span after each change, the most suspicious first. */
export function followerTable(pages: readonly FollowerPage[], refId: string, linkBase: string): DataFrame {
  const rows = pages.flatMap(({ followers, ...change }) =>
    followers.map((follower) => ({ ...follower, change })),
  );
  const column = columnsOf(rows);
  return {
    refId,
    name: 'followers',
    length: rows.length,
    meta: { preferredVisualisationType: 'table' },
    fields: [
      ...(pages.length > 1
        ? [
            column('change', FieldType.string, ({ change }) =>
              [change.type, titleOf(change.event.description)].join(': '),
            ),
          ]
        : []),
      column('rank', FieldType.number, ({ rank }) => rank, whole),
      column('begin', FieldType.time, ({ span }) => span.begin),
      column('after', FieldType.number, ({ lagMs }) => lagMs, { unit: 'ms' }),
      column('type', FieldType.string, ({ span }) => span.type),
      column('title', FieldType.string, ({ span }) => span.title),
      column('severity', FieldType.string, ({ span }) => severityText(span)),
      column('open', FieldType.boolean, ({ span }) => span.isOpen),
      column('duration', FieldType.number, ({ span }) => span.durationMs, { unit: 'ms' }),
      column('reasons', FieldType.string, ({ explanation }) => explanation),
      column('score', FieldType.number, ({ score }) => score, { decimals: 1 }),
      column('tags', FieldType.string, ({ span }) => span.tags.join(' '), tag),
      column('id', FieldType.number, ({ span }) => span.id, { ...whole, links: eventLinks(linkBase) }),
    ],
  };
}

function nameOf({ key, type, title }: SpanEntry): string {
  return `${key ?? type}: ${title}`;
}
