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
  'what became of the delivery',
);

export const hookReceiptSchema = object('HookReceipt', 'What became of a delivery to a hook.', {
  stored: whole('number of new events, and of marks that were moved'),
  duplicate: whole('number of events, or alerts, that told nothing new'),
  ignored: whole('number of parts that become no event'),
  reasons: list(text(), 'why; at most 10'),
  problems: list(text(), 'what could not be understood; at most 10'),
});
export type HookReceiptAnswer = Wire<typeof hookReceiptSchema>;

const deliverySchema = object('HookDelivery', 'A delivery to a hook.', {
  at: isoTime('when it came'),
  outcome,
  why: text('the reason for the outcome, or empty'),
  stored: whole('number of new events'),
  peer: text('address and port of the sender'),
});

export const hookSchema = object('Hook', 'A hook of the configuration, and its deliveries since the start.', {
  name: text('its name, the last part of its path'),
  kind: text('the program whose deliveries it understands'),
  path: text('the path to send deliveries to'),
  proof: text('what a sender needs: a signature, a secret, or a token with the role write'),
  counts: described(
    object('HookCounts', 'Deliveries since the start, by outcome.', {
      stored: whole('with new events'),
      duplicate: whole('with nothing new'),
      ignored: whole('that become no event'),
      problem: whole('that were not understood'),
      refused: whole('with a wrong signature or secret'),
    }),
    'deliveries since the start, by outcome',
  ),
  lastGood: described(nullable(isoTime()), 'when the last delivery was understood; null before the first'),
  last: list(deliverySchema, 'the last deliveries, the newest first; at most 50'),
});
export type HookItem = Wire<typeof hookSchema>;

export const hookListSchema = object('HookList', 'All hooks.', { hooks: list(hookSchema, 'the hooks') });
export type HookList = Wire<typeof hookListSchema>;

/** The answer to clients of an imitated API: fields of that API, and those of every hook. */
export const imitatedReceiptSchema = object('ImitatedReceipt', 'An answer in the form of the imitated API.', {
  ...hookReceiptSchema.fields,
  status: optional(text('as in the imitated API')),
  message: optional(text('as in the imitated API')),
  dedup_key: optional(text('the key of the alert, for clients of PagerDuty')),
  event: optional(
    described(
      object('ImitatedEvent', 'An event.', { id: whole('id of the event') }),
      'the event, for clients of Datadog',
    ),
  ),
  id: optional(text('id of the event, for clients of Honeycomb')),
});
export type ImitatedReceipt = Wire<typeof imitatedReceiptSchema>;
