// API schemas: suspects (changes before a span) and followers (spans after a change).

import { groupedEventSchema } from './event';
import { described, instant, list, nullable, numeric, object, text, truth, type Wire, whole } from './schema';
import { spanSchema } from './span';

const changeFields = {
  type: text('type of the change, or its stem if the change is a span'),
  event: described(groupedEventSchema, 'first event of the change, with the group of its other events'),
  spanId: nullable(whole('id of the span if the change is a span, otherwise null')),
  first: instant('time of the first event of the change, in milliseconds since the epoch'),
  last: instant('time of the last event of the change, in milliseconds since the epoch'),
};

const score = numeric(
  'score of this part, the natural logarithm of a ratio: the higher, the more suspicious',
);
const lagMs = whole('time from the last event of the change to the start of the span, in milliseconds');
const windowMs = whole('length of the time range that the server searched, in milliseconds');
const explanation = text('a sentence with the reasons for the rank, for people');

const partsSchema = object(
  'SuspicionParts',
  'The parts of the score of a suspect; each score is a natural logarithm.',
  {
    closeness: described(
      object('Closeness', 'The time between a change and the start of a span.', { score, lagMs }),
      'how soon the span started after the change',
    ),
    rarity: described(
      object('Rarity', 'How rare changes of one type are.', {
        score,
        count: whole('number of changes of this type in the period, including this change'),
        periodMs: whole(
          'length of the period before the span in which the server counts changes, in milliseconds',
        ),
      }),
      'how rare changes of this type are',
    ),
    tags: described(
      object('SharedTags', 'The tags of a change, compared with the tags of a span.', {
        score,
        shared: list(text(), 'tags that both the change and the span have'),
        different: list(text(), 'tags of the change whose key the span has with a different value'),
      }),
      'which tags the change and the span share',
    ),
    history: described(
      object('FollowHistory', 'How often spans followed earlier changes of one type.', {
        score,
        changes: whole('number of earlier changes of this type'),
        followed: whole('number of these earlier changes that were followed by a span within `withinMs`'),
        expected: numeric(
          'number of these earlier changes that would have been followed by a span by chance',
        ),
        blamed: numeric(
          'number of spans attributed to these earlier changes; a span can count in part, so this may not be a whole number',
        ),
        withinMs: whole('time within which a span counts as following a change, in milliseconds'),
      }),
      'how often spans followed earlier changes of this type',
    ),
  },
);

const suspicionFields = {
  lagMs,
  score: numeric('score of the change: the sum of the scores in `parts`'),
  parts: described(partsSchema, 'the parts of the score'),
};
export type SuspicionParts = Wire<typeof partsSchema>;

const suspectSchema = object('Suspect', 'A change that may have caused the span.', {
  rank: whole('position in the list; 1 is the most suspicious change'),
  ...changeFields,
  ...suspicionFields,
  explanation,
});
export type SuspectEntry = Wire<typeof suspectSchema>;

export const suspectPageSchema = object('SuspectPage', 'The changes before a span, most suspicious first.', {
  span: described(spanSchema, 'the span'),
  from: instant('start of the time range that the server searched, in milliseconds since the epoch'),
  windowMs,
  suspects: list(suspectSchema, 'the changes'),
  total: whole('number of changes in this time range'),
  truncated: truth('true if there are more changes than `suspects` lists'),
});
export type SuspectPage = Wire<typeof suspectPageSchema>;

const followerSchema = object('Follower', 'A span that followed a change.', {
  rank: whole('position in the list; 1 is the span that the change most likely caused'),
  span: described(spanSchema, 'the span'),
  ...suspicionFields,
  explanation,
});

export const followerPageSchema = object(
  'FollowerPage',
  'The spans that followed a change, the most likely effect first.',
  {
    ...changeFields,
    windowMs,
    followers: list(followerSchema, 'the spans'),
    total: whole('number of spans in the time range that the server searched'),
    truncated: truth('true if there are more spans than `followers` lists'),
  },
);
export type FollowerPage = Wire<typeof followerPageSchema>;

/** A change, as in suspects and followers. */
export type ChangeEntry = Pick<SuspectEntry, keyof typeof changeFields>;
/** The score of a change, and its parts. */
export type SuspicionEntry = Pick<SuspectEntry, keyof typeof suspicionFields>;
export type FollowerEntry = Wire<typeof followerSchema>;
