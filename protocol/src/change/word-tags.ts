// Builds tags from untrusted texts. Pure; `tags` and `user_tags` in change_text.rb produce the same.

import { toTagWord } from './clean-text';

/** Pairs of keys and values as tags; pairs without a value are omitted. */
export function wordTags(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.flatMap(([key, value]) => {
    const word = toTagWord(value);
    return word === '' ? [] : [`${key}=${word}`];
  });
}

/** Tags that the user adds to every event. */
export function userTags(tags: readonly string[]): string[] {
  return tags.map(toTagWord).filter((tag) => tag !== '');
}
