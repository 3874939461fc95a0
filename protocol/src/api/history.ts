// API schemas: changes of events in their history and in the live stream, and bulk deletions.

import { plainEventSchema } from './event';
import { instant, isoTime, list, nullable, object, optional, text, truth, type Wire, whole } from './schema';

const sides = {
  change: whole('number of the change, increasing over all events'),
  who: nullable(text('name of the token that made the change')),
  before: nullable(plainEventSchema),
  after: nullable(plainEventSchema),
};

const historyEntrySchema = object(
  'HistoryEntry',
  'A change. A deletion has no `after`, a restoration no `before`.',
  { ...sides, at: isoTime() },
);
export type HistoryItem = Wire<typeof historyEntrySchema>;

export const historySchema = object('History', 'The changes to an event, oldest first.', {
  id: whole(),
  isDeleted: truth(),
  history: list(historyEntrySchema),
  truncated: truth(),
  next: optional(whole('value of the parameter `after` for the next page')),
});
export type HistoryAnswer = Wire<typeof historySchema>;

export const streamedChangeSchema = object('StreamedChange', 'A change in the live stream.', {
  id: whole(),
  ...sides,
  at: instant(),
});
export type StreamedChange = Wire<typeof streamedChangeSchema>;

export const resetSchema = object(
  'Reset',
  'The server has no position `asked`; the stream continues at `position`.',
  {
    asked: text(),
    position: text(),
  },
);
export type Reset = Wire<typeof resetSchema>;

export const bulkDeletionSchema = object('BulkDeletion', 'The result of a deletion by query.', {
  deleted: whole(),
  count: whole(),
});
export type BulkDeletion = Wire<typeof bulkDeletionSchema>;
