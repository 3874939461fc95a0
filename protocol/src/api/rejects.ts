// API schemas: rejected lines.

import { isoTime, list, object, optional, text, truth, type Wire, whole } from './schema';

const code = text('code of the error, see docs/errors.md');
const error = text('sentence about the error, for people');

const rejectSchema = object('Reject', 'A rejected line.', {
  id: whole('id of the rejected line'),
  received: isoTime('when the server received the line'),
  door: text(
    'the door through which the line arrived: `tcp`, `http`, `puppet`, `chef`, or `import` for POST /rejects',
  ),
  peer: text('address of the sender'),
  code,
  error,
  line: optional(text('the line, if it is valid UTF-8')),
  lineBase64: optional(text('the line in base64, if it is not valid UTF-8')),
});
export type RejectEntry = Wire<typeof rejectSchema>;

export const rejectPageSchema = object('RejectPage', 'A page of rejected lines, newest first.', {
  rejects: list(rejectSchema, 'the rejected lines'),
  total: whole('number of all rejected lines'),
  forgotten: whole('number of old rejected lines that were deleted because of the limits'),
  truncated: truth('true if there are more rejected lines than the page has'),
  next: optional(whole('value of the parameter `before` for the next page')),
});
export type RejectPage = Wire<typeof rejectPageSchema>;

export const foundRejectSchema = object('FoundReject', 'A line that another program could not read.', {
  line: text('the line'),
  code,
  error,
});
export type FoundReject = Wire<typeof foundRejectSchema>;

export const keptSchema = object('Kept', 'The number of rejected lines that were stored.', {
  kept: whole('number of stored lines'),
});
export type Kept = Wire<typeof keptSchema>;
