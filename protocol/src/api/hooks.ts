// API schemas: hooks, and the answers to their deliveries.

import {
  described,
  isoTime,
  list,
  nullable,
  object,
  oneOf,
  optional,
  text,
  type Wire,
  whole,
} from './schema';

const outcome = oneOf(
  ['stored', 'duplicate', 'ignored', 'problem', 'refused'],
  'what the server did with the delivery',
);

export const hookReceiptSchema = object('HookReceipt', 'What the server did with a delivery to a hook.', {
  stored: whole('number of new events, and of marks that were moved'),
  duplicate: whole('number of events or alerts that contained nothing new'),
  ignored: whole('number of parts of the delivery that are not events'),
  reasons: list(text(), 'the reasons why parts were ignored; at most 10'),
  problems: list(text(), 'the reasons why parts were not understood; at most 10'),
});
export type HookReceiptAnswer = Wire<typeof hookReceiptSchema>;

const deliverySchema = object('HookDelivery', 'A delivery to a hook.', {
  at: isoTime('when the delivery arrived'),
  outcome,
  why: text('the reason for the outcome, or empty'),
  stored: whole('number of new events'),
  peer: text('address and port of the sender'),
});

export const hookSchema = object('Hook', 'A hook of the configuration, and its deliveries since the start.', {
  name: text('name of the hook, which is the last part of its path'),
  kind: text('the program whose deliveries the hook understands'),
  path: text('path to which the program sends deliveries'),
  proof: text('what a sender needs: a signature, a secret, or a token with the role write'),
  counts: described(
    object('HookCounts', 'Deliveries since the start, by outcome.', {
      stored: whole('deliveries with new events'),
      duplicate: whole('deliveries that contained nothing new'),
      ignored: whole('deliveries that are not events'),
      problem: whole('deliveries that were not understood'),
      refused: whole('deliveries with a wrong signature or secret'),
    }),
    'deliveries since the start, by outcome',
  ),
  lastGood: described(
    nullable(isoTime()),
    'time of the last delivery that the hook understood; null before the first',
  ),
  last: list(deliverySchema, 'the last deliveries, the newest first; at most 50'),
});
export type HookItem = Wire<typeof hookSchema>;

export const hookListSchema = object('HookList', 'All hooks in the configuration.', {
  hooks: list(hookSchema, 'the hooks'),
});
export type HookList = Wire<typeof hookListSchema>;

/** The answer to clients of an imitated API: fields of that API, and those of every hook. */
export const imitatedReceiptSchema = object(
  'ImitatedReceipt',
  "The answer to a client of another API, such as Datadog's, that the server imitates.",
  {
    ...hookReceiptSchema.fields,
    status: optional(text('as in the API that the client uses')),
    message: optional(text('as in the API that the client uses')),
    dedup_key: optional(text('the key of the alert, for clients of PagerDuty')),
    event: optional(
      described(
        object('ImitatedEvent', 'An event.', { id: whole('id of the event') }),
        'the event, for clients of Datadog',
      ),
    ),
    id: optional(text('id of the event, for clients of Honeycomb')),
  },
);
export type ImitatedReceipt = Wire<typeof imitatedReceiptSchema>;
