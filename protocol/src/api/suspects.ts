// API schemas: suspects (changes before a span) and followers (spans after a change).

import { groupedEventSchema } from './event';
import { instant, list, nullable, numeric, object, text, truth, type Wire, whole } from './schema';
import { spanSchema } from './span';

const changeFields = {
  type: text('type of the change, or the stem if the change is a span'),
  event: groupedEventSchema,
  spanId: nullable(whole('id of the span if the change is a span, otherwise null')),
  first: instant(),
  last: instant(),
};

const partsSchema = object(
  'SuspicionParts',
  'The parts of the score of a suspect; each score is a natural logarithm.',
  {
    closeness: object('Closeness', 'The time between the change and the span.', {
      score: numeric(),
      lagMs: whole(),
    }),
    rarity: object('Rarity', 'How rare changes of this type are.', {
      score: numeric(),
      count: whole(),
      periodMs: whole(),
    }),
    tags: object('SharedTags', 'Tags with the same key, with equal and with different values.', {
      score: numeric(),
      shared: list(text()),
      different: list(text()),
    }),
    history: object('FollowHistory', 'Spans that followed earlier changes of this type.', {
      score: numeric(),
      changes: whole(),
      followed: whole(),
      expected: numeric(),
      blamed: numeric(),
      withinMs: whole(),
    }),
  },
);

const suspicionFields = { lagMs: whole(), score: numeric(), parts: partsSchema };
export type SuspicionParts = Wire<typeof partsSchema>;

const suspectSchema = object('Suspect', 'A change that may have caused the span.', {
  rank: whole('from 1'),
  ...changeFields,
  ...suspicionFields,
  explanation: text(),
});
export type SuspectEntry = Wire<typeof suspectSchema>;

export const suspectPageSchema = object('SuspectPage', 'The changes before a span, most suspicious first.', {
  span: spanSchema,
  from: instant('start of the window, in milliseconds since the epoch'),
  windowMs: whole(),
  suspects: list(suspectSchema),
  total: whole('number of changes in the window'),
  truncated: truth(),
});
export type SuspectPage = Wire<typeof suspectPageSchema>;

const followerSchema = object('Follower', 'A span that followed a change.', {
  rank: whole('from 1'),
  span: spanSchema,
  ...suspicionFields,
  explanation: text(),
});

export const followerPageSchema = object(
  'FollowerPage',
  'The spans that followed a change, most suspicious first.',
  {
    ...changeFields,
    windowMs: whole(),
    followers: list(followerSchema),
    total: whole('number of spans in the window'),
    truncated: truth(),
  },
);
export type FollowerPage = Wire<typeof followerPageSchema>;

/** A change, as in suspects and followers. */
export type ChangeEntry = Pick<SuspectEntry, keyof typeof changeFields>;
/** The score of a change, and its parts. */
export type SuspicionEntry = Pick<SuspectEntry, keyof typeof suspicionFields>;
export type FollowerEntry = Wire<typeof followerSchema>;
