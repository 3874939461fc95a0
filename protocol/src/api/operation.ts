// API schemas: errors, health and acknowledgements.

import { isoTime, nullable, numeric, object, oneOf, only, optional, text, type Wire, whole } from './schema';

export const errorSchema = object('Error', 'Why a request was refused.', {
  error: text('message for people'),
  code: optional(
    text("code for programs, see docs/errors.md; omitted where the response is the same as Graphite's"),
  ),
});
export type ErrorAnswer = Wire<typeof errorSchema>;

export const healthSchema = object('Health', 'The state of the server.', {
  status: oneOf(['ok', 'damaged', 'failing', 'stopping']),
  version: text(),
  code: optional(text('code of the last failed commit')),
  error: optional(text()),
  integrity: object('IntegrityState', 'The result of the last check of the database.', {
    status: oneOf(['unchecked', 'sound', 'damaged', 'unreadable']),
    checked: nullable(isoTime()),
    findings: whole(),
  }),
  timeZones: object('TimeZoneData', 'The time zone data in use.', {
    version: text('release of the time zone database, such as 2026f'),
    source: text('`Node.js`, or the folder of the files of the system'),
  }),
  waiting: whole('number of events that are not yet on disk'),
  uptime: numeric('seconds'),
});
export type HealthAnswer = Wire<typeof healthSchema>;

export const takenSchema = object('Taken', 'A report that is on disk and will be read later.', {
  status: only('accepted'),
});
export type Taken = Wire<typeof takenSchema>;
