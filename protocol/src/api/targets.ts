// API schemas: targets, to which events are sent, and messages that were not delivered.

import { described, isoTime, list, nullable, object, oneOf, text, truth, type Wire, whole } from './schema';

const outcome = oneOf(
  ['delivered', 'failed', 'refused', 'gone'],
  'delivered: the target answered 2xx; failed: no answer, 429 or 5xx, so the server tries again; refused: another answer; gone: the target answered 410',
);

const attemptFields = { outcome, why: text('the reason for the outcome, or empty') };

export const targetAttemptSchema = object(
  'TargetAttempt',
  'The outcome of an attempt to send a message to a target.',
  attemptFields,
);
export type TargetAttempt = Wire<typeof targetAttemptSchema>;

const lastAttemptSchema = object('LastTargetAttempt', 'The last attempt to send a message to a target.', {
  at: isoTime('when the attempt ended'),
  ...attemptFields,
});

export const targetSchema = object('Target', 'A target, and how far the events have been sent to it.', {
  name: text('name of the target'),
  as: text('shape of its messages, such as slack'),
  host: text('host of the target; the rest of its address is secret'),
  state: oneOf(
    ['working', 'waiting', 'off'],
    'waiting: the last attempt failed, and another one will follow; off: the target answered 410, and gets no more messages until the server restarts',
  ),
  behind: whole(
    'number of events and changes that were stored after the position of the target, selected or not',
  ),
  position: text('id of the last message of the live stream that was handled'),
  failingSince: nullable(isoTime('since when the next message cannot be delivered; null if it can')),
  nextAttempt: nullable(isoTime('time of the next attempt; null if the server does not wait')),
  lastDelivery: nullable(isoTime('time of the last delivery since the start; null before the first')),
  last: described(nullable(lastAttemptSchema), 'the last attempt since the start; null before the first'),
  undelivered: whole('number of messages that were not delivered and put aside'),
  forgotten: whole('number of undelivered messages that were dropped, because only the newest 1000 are kept'),
});
export type TargetItem = Wire<typeof targetSchema>;

export const targetListSchema = object('TargetList', 'All targets in the configuration.', {
  targets: list(targetSchema, 'the targets'),
});
export type TargetList = Wire<typeof targetListSchema>;

const undeliveredSchema = object('UndeliveredMessage', 'A message that was not delivered and put aside.', {
  id: whole('id of the message, to send it again'),
  target: text('name of the target'),
  at: isoTime('when the message was put aside'),
  title: text('type and first line of the event or span'),
  why: text('why the message was not delivered'),
});
export type UndeliveredItem = Wire<typeof undeliveredSchema>;

export const undeliveredPageSchema = object(
  'UndeliveredPage',
  'A page of undelivered messages, oldest first.',
  {
    messages: list(undeliveredSchema, 'the messages'),
    truncated: truth('true if there are more messages: ask again with `after` set to the id of the last one'),
  },
);
export type UndeliveredPage = Wire<typeof undeliveredPageSchema>;
