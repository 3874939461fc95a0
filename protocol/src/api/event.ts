// API schemas: events as they are sent, listed, drawn and acknowledged.

import {
  either,
  type Fields,
  instant,
  isoTime,
  list,
  nullable,
  object,
  oneOf,
  only,
  optional,
  partial,
  text,
  truth,
  type Wire,
  whole,
} from './schema';

export const scaleSchema = oneOf(
  ['incident', 'gain', 'other'],
  'incident: bad for users; gain: good for the business; other: neither',
);
export const severitySchema = oneOf([1, 2, 3, 4], '1: full, 2: major, 3: minor, 4: no degradation');

const eventFields = {
  time: instant(),
  type: text('one word'),
  tags: list(text(), '`key=value`, or one word'),
  description: text('the first line is the title'),
};

/** The fields of an event, without an id. */
export const plainEventSchema = object('PlainEvent', 'An event without its id.', eventFields);
export type PlainEvent = Wire<typeof plainEventSchema>;

export const storedEventSchema = object('Event', 'An event.', { id: whole(), ...eventFields });

export const eventGroupSchema = object('EventGroup', 'The group that an event represents.', {
  key: text('key of the tag that its events share'),
  value: text('value of that tag'),
  count: whole('number of events'),
  first: instant(),
  last: instant(),
  hosts: list(text(), 'the first hosts; consecutive names are joined: `web01..web04`'),
  moreHosts: whole('number of hosts that are not listed'),
  isWhole: truth('false if the group may have more events, because reading it took too long'),
});

export const groupedEventSchema = object('GroupedEvent', 'An event, and its group if it has one.', {
  ...storedEventSchema.fields,
  group: optional(eventGroupSchema),
});

export const eventPageSchema = object('EventPage', 'A page of events.', {
  events: list(groupedEventSchema),
  truncated: truth('true if there are more events'),
  next: optional(text('value of the parameter `after` for the next page')),
});
export type EventPage = Wire<typeof eventPageSchema>;

export const drawnEventSchema = object('DrawnEvent', 'An event as graphs draw it.', {
  ...storedEventSchema.fields,
  scale: scaleSchema,
  severity: nullable(severitySchema),
  isCut: truth('true if the description is shortened'),
  group: optional(
    object('DrawnGroup', 'The group that an event represents, with a summary.', {
      ...eventGroupSchema.fields,
      summary: text('such as `500 events on web01..web04`'),
    }),
  ),
});
export type DrawnEvent = Wire<typeof drawnEventSchema>;

/** The fields of Graphite's events. */
const graphiteFields = { what: text(), data: text(), tags: list(text()), id: whole() };
export const graphiteEventSchema = object('GraphiteEvent', "An event in Graphite's list format.", {
  when: whole('seconds since the epoch'),
  ...graphiteFields,
});
export const graphiteEventListSchema = list(graphiteEventSchema);
export const eventDetailSchema = object('EventDetail', "One event in Graphite's detail format.", {
  when: isoTime(),
  ...graphiteFields,
  key: optional(text('the event key')),
});
export type EventDetail = Wire<typeof eventDetailSchema>;

const timeSchema = either(instant(), text('a time, such as 2026-11-24T10:15:00Z or -5min'));
const newFields = { ...eventFields, time: timeSchema };

export const newEventSchema = object('NewEvent', 'An event to store.', {
  time: optional(timeSchema),
  type: newFields.type,
  tags: optional(newFields.tags),
  description: newFields.description,
  key: optional(
    text('event key, 1 to 200 bytes; only the first event with this key from the same token is stored'),
  ),
});
export const newGraphiteEventSchema = object('NewGraphiteEvent', "An event in Graphite's format.", {
  what: text(),
  data: optional(text()),
  tags: optional(either(list(text()), text('words separated by spaces'))),
  when: optional(whole('seconds since the epoch')),
});
export const eventPatchSchema = object('EventPatch', 'The fields of an event to change.', partial(newFields));
/** The fields of an event to change; the time is in milliseconds. */
export type EventPatch = Partial<PlainEvent>;

const warning = { code: oneOf(['bad_severity', 'bad_impact', 'bad_origin']), warning: text() };
export const warningSchema = object('Warning', 'A type or tag that has no effect.', warning);
export type WarningAnswer = Wire<typeof warningSchema>;

export const acceptedSchema = object('Accepted', 'An accepted event.', {
  id: whole(),
  new: truth('false for a duplicate'),
  warnings: optional(list(warningSchema)),
});
export type Accepted = Wire<typeof acceptedSchema>;

// The result for events that were sent together. `place` is the number of the line or item, counted from 1.
function submissionOf<P extends Fields>(name: 'Line' | 'Item', place: P) {
  return object(`${name}Submission`, 'The result for events that were sent together.', {
    stored: whole(),
    duplicate: whole(),
    rejected: whole(),
    error: optional(text('the first problem, if no event was accepted')),
    code: optional(text('the code of that problem')),
    events: list(object('AcceptedEvent', 'An accepted event.', { id: whole(), new: truth() })),
    problems: list(
      object(`${name}Problem`, 'Why it was rejected.', { ...place, code: text(), error: text() }),
    ),
    warnings: optional(
      list(object(`${name}Warning`, 'A type or tag of it that has no effect.', { ...place, ...warning })),
    ),
    truncated: optional(only(true)),
  });
}

const countedFrom1 = whole('counted from 1');
export const lineSubmissionSchema = submissionOf('Line', { line: countedFrom1 });
/** The result for lines that were submitted together. */
export type LineSubmission = Wire<typeof lineSubmissionSchema>;
export const itemSubmissionSchema = submissionOf('Item', { item: countedFrom1 });
/** The result for the items of a submitted array. */
export type ItemSubmission = Wire<typeof itemSubmissionSchema>;
