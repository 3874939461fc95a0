// API schemas: errors, health and acknowledgements.

import {
  described,
  isoTime,
  nullable,
  numeric,
  object,
  oneOf,
  only,
  optional,
  text,
  type Wire,
  whole,
} from './schema';

export const errorSchema = object('Error', 'The answer to a request that failed.', {
  error: text('sentence about the error, for people'),
  code: optional(
    text("code for programs, see docs/errors.md; omitted if the error is answered with Graphite's text"),
  ),
  message: optional(text("the same sentence as `error`; only from Grafana's annotations API")),
});
export type ErrorAnswer = Wire<typeof errorSchema>;

export const healthSchema = object('Health', 'The state of the server.', {
  status: oneOf(
    ['ok', 'damaged', 'failing', 'stopping'],
    'damaged: the last check of the database found damage; failing: the last commit failed',
  ),
  version: text('version of Anthracite'),
  code: optional(text('code of the error, if the last commit failed')),
  error: optional(text('sentence about the error for people, if the last commit failed')),
  integrity: described(
    object('IntegrityState', 'The result of the last check of the database.', {
      status: oneOf(
        ['unchecked', 'sound', 'damaged', 'unreadable'],
        'unchecked: no check has ended yet; unreadable: the file could not be read',
      ),
      checked: nullable(isoTime('when the check ended; null if no check has ended yet')),
      findings: whole('number of damaged rows and structures'),
    }),
    'result of the last check of the database',
  ),
  timeZones: described(
    object('TimeZoneData', 'The time zone data in use.', {
      version: text('release of the time zone database, such as 2026f'),
      source: text("`Node.js`, or the folder of the operating system's time zone files"),
    }),
    'the time zone data in use',
  ),
  waiting: whole('number of received events that are not yet on disk'),
  uptime: numeric('seconds since the server started'),
});
export type HealthAnswer = Wire<typeof healthSchema>;

export const takenSchema = object(
  'Taken',
  'A report of Puppet or a message of Chef that is on disk, and will be read later.',
  {
    status: only('accepted', 'always `accepted`'),
  },
);
export type Taken = Wire<typeof takenSchema>;
