// API schemas: rejected lines.

import { isoTime, list, object, optional, text, truth, type Wire, whole } from './schema';

const rejectSchema = object('Reject', 'A rejected line.', {
  id: whole(),
  received: isoTime(),
  door: text(),
  peer: text(),
  code: text('see docs/errors.md'),
  error: text(),
  line: optional(text()),
  lineBase64: optional(text('the line, if it is not valid UTF-8')),
});
export type RejectEntry = Wire<typeof rejectSchema>;

export const rejectPageSchema = object('RejectPage', 'A page of rejected lines, newest first.', {
  rejects: list(rejectSchema),
  total: whole(),
  forgotten: whole('number of lines that were dropped because the storage for rejected lines was full'),
  truncated: truth(),
  next: optional(whole('value of the parameter `before` for the next page')),
});
export type RejectPage = Wire<typeof rejectPageSchema>;

export const foundRejectSchema = object('FoundReject', 'A line that another program could not read.', {
  line: text(),
  code: text('see docs/errors.md'),
  error: text(),
});
export type FoundReject = Wire<typeof foundRejectSchema>;

export const keptSchema = object('Kept', 'The number of rejected lines that were stored.', { kept: whole() });
export type Kept = Wire<typeof keptSchema>;
