// API schemas: how long events are kept.

import { described, isoTime, list, nullable, object, text, type Wire, whole } from './schema';

const typeSchema = object('TooOldType', 'A type with events that are too old.', {
  type: text('the type'),
  count: whole('number of its events that are too old'),
});

const ruleSchema = object('RetentionRule', 'How long events of some types are kept.', {
  types: text('pattern of the types'),
  age: text('how long they are kept, such as 1y; off: for ever'),
  tooOld: whole('number of events that are too old'),
  oldest: nullable(isoTime('time of the oldest of them; null if no event is too old')),
  byType: list(typeSchema, 'the same by type'),
});

export const retentionSchema = object('Retention', 'How long events are kept, and which are too old.', {
  now: isoTime('the time that ages are counted from'),
  rules: list(ruleSchema, 'the rules, in their order'),
  lastRun: nullable(
    described(
      object('RetentionRun', 'A run that removed events.', {
        at: isoTime('end of the run'),
        removed: whole('number of removed events'),
        first: isoTime('time of the first of them'),
        last: isoTime('time of the last of them'),
      }),
      'the last run that removed events; null before the first',
    ),
  ),
});
export type RetentionAnswer = Wire<typeof retentionSchema>;
