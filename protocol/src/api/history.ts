// API schemas: changes of events in their history and in the live stream, and bulk deletions.

import { plainEventSchema } from './event';
import {
  described,
  instant,
  isoTime,
  list,
  nullable,
  object,
  optional,
  text,
  truth,
  type Wire,
  whole,
} from './schema';

const id = whole('id of the event');
const sides = {
  change: whole('number of the change; numbers increase over the changes of all events'),
  who: nullable(text('name of the token that made the change; null if no token was needed')),
  before: nullable(
    described(plainEventSchema, 'the event before the change; null for a restoration and a purge'),
  ),
  after: nullable(described(plainEventSchema, 'the event after the change; null for a deletion and a purge')),
};

const historyEntrySchema = object(
  'HistoryEntry',
  'A change of an event: an edit, a deletion, a restoration or a purge.',
  { ...sides, at: isoTime('time of the change') },
);
export type HistoryItem = Wire<typeof historyEntrySchema>;

export const historySchema = object('History', 'The changes to an event, oldest first.', {
  id,
  isDeleted: truth('true if the event is deleted now'),
  history: list(historyEntrySchema, 'the changes, oldest first'),
  truncated: truth('true if there are more changes than the page has'),
  next: optional(whole('value of the parameter `after` for the next page')),
});
export type HistoryAnswer = Wire<typeof historySchema>;

export const streamedChangeSchema = object('StreamedChange', 'A change in the live stream.', {
  id,
  ...sides,
  at: instant('time of the change, in milliseconds since the epoch'),
});
export type StreamedChange = Wire<typeof streamedChangeSchema>;

export const resetSchema = object(
  'Reset',
  'The server has no position `asked`; the stream continues at `position`.',
  {
    asked: text('the position that the client sent'),
    position: text('the position at which the stream continues'),
  },
);
export type Reset = Wire<typeof resetSchema>;

export const purgeSchema = object('Purge', 'A purged event.', {
  id,
  erased: truth(
    'true if no file of the database has bytes of a purged event any more; the server erases them in the background',
  ),
});
export type Purge = Wire<typeof purgeSchema>;

export const bulkDeletionSchema = object('BulkDeletion', 'The result of a bulk deletion.', {
  deleted: whole('number of deleted events; 0 for a dry run'),
  count: whole('number of events that match the query'),
});
export type BulkDeletion = Wire<typeof bulkDeletionSchema>;
