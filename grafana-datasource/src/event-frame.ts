// Frames of events, for annotations. Pure: what the server answered in, frames out.

import type { GroupedEvent } from '@anthracite/protocol';
import { type DataFrame, FieldType } from '@grafana/data';

/** What `GET /events/json` answers. */
export interface EventList {
  readonly events: readonly GroupedEvent[];
  readonly truncated: boolean;
}

/** A frame with the fields that Grafana draws annotations from. */
export function annotationFrame({ events }: EventList, refId: string): DataFrame {
  const column = (name: string, type: FieldType, values: unknown[]) => ({ name, type, config: {}, values });
  return {
    refId,
    length: events.length,
    fields: [
      column(
        'time',
        FieldType.time,
        events.map(({ time }) => time),
      ),
      column(
        'title',
        FieldType.string,
        events.map(({ description }) => description.split('\n', 1)[0]),
      ),
      column(
        'text',
        FieldType.string,
        events.map(() => ''),
      ),
      column(
        'tags',
        FieldType.other,
        events.map(({ type, tags }) => [type, ...tags]),
      ),
    ],
  };
}
