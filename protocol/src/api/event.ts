// API schemas: events as they are sent, listed, drawn and acknowledged.

import {
  described,
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
  'incident: bad for users; gain: good for the business; other: neither of these',
);
export const severitySchema = oneOf(
  [1, 2, 3, 4],
  'effect on users: 1 full, 2 major, 3 minor, 4 none; null if not set',
);

const eventFields = {
  time: instant('when the event happened, in milliseconds since the epoch'),
  type: text('one word for the kind of event'),
  tags: list(text(), 'the tags, each `key=value` or one word'),
  description: text('the text of the event; its first line is the title'),
};

/** The fields of an event, without an id. */
export const plainEventSchema = object('PlainEvent', 'An event without its id.', eventFields);
export type PlainEvent = Wire<typeof plainEventSchema>;

const id = whole('id of the event');
export const storedEventSchema = object('Event', 'An event.', { id, ...eventFields });

export const eventGroupSchema = object('EventGroup', 'The group that an event represents.', {
  key: text('key of the tag that all events of the group have'),
  value: text('value of the tag that all events of the group have'),
  count: whole('number of events in the group'),
  first: instant('time of the first event of the group, in milliseconds since the epoch'),
  last: instant('time of the last event of the group, in milliseconds since the epoch'),
  hosts: list(text(), 'the first hosts of the group; consecutive names are joined: `web01..web04`'),
  moreHosts: whole('number of hosts that `hosts` does not list'),
  isWhole: truth('false if the group may have more events than `count`, because reading them took too long'),
});

export const groupedEventSchema = object('GroupedEvent', 'An event, and its group if it has one.', {
  ...storedEventSchema.fields,
  group: optional(
    described(eventGroupSchema, 'the group of events that this event represents; omitted without a group'),
  ),
});

export const eventPageSchema = object('EventPage', 'A page of events.', {
  events: list(groupedEventSchema, 'the events, in the requested order'),
  truncated: truth('true if more events match than the page has'),
  next: optional(text('value of the parameter `after` for the next page')),
});
export type EventPage = Wire<typeof eventPageSchema>;

export const drawnEventSchema = object('DrawnEvent', 'An event with the data that graphs need to draw it.', {
  ...storedEventSchema.fields,
  scale: scaleSchema,
  severity: nullable(severitySchema),
  isCut: truth('true if the description is shortened'),
  group: optional(
    described(
      object('DrawnGroup', 'The group that an event represents, with a summary.', {
        ...eventGroupSchema.fields,
        summary: text('a summary of the group for people, such as `500 events on web001..web500`'),
      }),
      'the group of events that this event represents; omitted without a group',
    ),
  ),
});
export type DrawnEvent = Wire<typeof drawnEventSchema>;

/** The fields of Graphite's events. */
const graphiteFields = {
  what: text('the title'),
  data: text('the body'),
  tags: list(text(), 'the type, then the tags'),
  id,
};
export const graphiteEventSchema = object('GraphiteEvent', "An event in Graphite's list format.", {
  when: whole('when the event happened, in seconds since the epoch'),
  ...graphiteFields,
});
export const graphiteEventListSchema = list(graphiteEventSchema);
export const eventDetailSchema = object('EventDetail', "One event in Graphite's format for a single event.", {
  when: isoTime('when the event happened'),
  ...graphiteFields,
  key: optional(text('the event key, if the event has one')),
});
export type EventDetail = Wire<typeof eventDetailSchema>;

const timeSchema = either(instant(), text('a time, such as 2026-11-24T10:15:00Z or -5min'));
const timeDoc = 'when the event happened: milliseconds since the epoch, or text such as 2026-11-24T10:15:00Z';
const newFields = { ...eventFields, time: described(timeSchema, timeDoc) };

export const newEventSchema = object('NewEvent', 'An event to store.', {
  time: optional(described(timeSchema, `${timeDoc}; default: now`)),
  type: newFields.type,
  tags: optional(newFields.tags),
  description: newFields.description,
  key: optional(
    text('event key, 1 to 200 bytes; only the first event with this key from the same token is stored'),
  ),
});
export const newGraphiteEventSchema = object('NewGraphiteEvent', "An event in Graphite's format.", {
  what: text('the title'),
  data: optional(text('the body')),
  tags: optional(
    described(
      either(list(text()), text('words separated by spaces')),
      'the type, then the tags: a list, or words separated by spaces',
    ),
  ),
  when: optional(whole('when the event happened, in seconds since the epoch; default: now')),
});
export const eventPatchSchema = object('EventPatch', 'The fields of an event to change.', partial(newFields));
/** The fields of an event to change; the time is in milliseconds. */
export type EventPatch = Partial<PlainEvent>;

const warning = {
  code: oneOf(['bad_severity', 'bad_impact', 'bad_origin'], 'code of the warning, for programs'),
  warning: text('sentence about the invalid value, for people'),
};
export const warningSchema = object(
  'Warning',
  'A warning that a stored event has an invalid severity, impact or origin, which is ignored.',
  warning,
);
export type WarningAnswer = Wire<typeof warningSchema>;

const acceptedFields = {
  id: whole('id of the stored event; for a duplicate, id of the event that is already stored'),
  new: truth('false for a duplicate'),
};
export const acceptedSchema = object(
  'Accepted',
  'The result for one event: it was stored, or it is a duplicate.',
  {
    ...acceptedFields,
    warnings: optional(
      list(
        warningSchema,
        'warnings about an invalid severity, impact or origin of the event, which is ignored',
      ),
    ),
  },
);
export type Accepted = Wire<typeof acceptedSchema>;

// The result for events that were sent together. `place` is the number of the line or item, counted from 1.
function submissionOf<P extends Fields>(name: 'Line' | 'Item', noun: 'line' | 'item', place: P) {
  return object(`${name}Submission`, 'The result for several events that were sent in one request.', {
    stored: whole('number of new events'),
    duplicate: whole('number of duplicates'),
    rejected: whole(`number of invalid ${noun}s`),
    error: optional(text(`sentence about the first problem, if every ${noun} was invalid`)),
    code: optional(text(`code of the first problem, if every ${noun} was invalid`)),
    events: list(
      object(
        'AcceptedEvent',
        'The result for one event: it was stored, or it is a duplicate.',
        acceptedFields,
      ),
      'the stored events and the duplicates, in the order in which they were sent',
    ),
    problems: list(
      object(`${name}Problem`, `A rejected ${noun}, with the reason.`, {
        ...place,
        code: text('code of the error, see docs/errors.md'),
        error: text('sentence about the error, for people'),
      }),
      `the first 1000 rejected ${noun}s, with the reasons`,
    ),
    warnings: optional(
      list(
        object(
          `${name}Warning`,
          `A warning that a stored ${noun} has an invalid severity, impact or origin, which is ignored.`,
          {
            ...place,
            ...warning,
          },
        ),
        'warnings about stored events with an invalid severity, impact or origin, which is ignored',
      ),
    ),
    truncated: optional(
      only(true, 'true if there are more problems than `problems` lists; otherwise omitted'),
    ),
  });
}

export const lineSubmissionSchema = submissionOf('Line', 'line', {
  line: whole('number of the line, counted from 1'),
});
/** The result for lines that were submitted together. */
export type LineSubmission = Wire<typeof lineSubmissionSchema>;
export const itemSubmissionSchema = submissionOf('Item', 'item', {
  item: whole('number of the item, counted from 1'),
});
/** The result for the items of a submitted array. */
export type ItemSubmission = Wire<typeof itemSubmissionSchema>;
