// API schemas: types, tags and keys of tags.

import { isoTime, list, object, text, truth, type Wire, whole } from './schema';

const usage = {
  count: whole('number of events'),
  first: isoTime('time of the first event'),
  last: isoTime('time of the last event'),
};
const truncated = truth('true if a limit has truncated the list');
const type = text('the type');
const tag = text('the tag');

export const typeListSchema = object('TypeList', 'The types in use, sorted by name.', {
  types: list(object('TypeUsage', 'A type, with its number of events.', { type, ...usage }), 'the types'),
  truncated,
});
export type TypeList = Wire<typeof typeListSchema>;

export const typeNamesSchema = object('TypeNames', 'The types in use, without counts (`counts=0`).', {
  types: list(object('TypeName', 'A type.', { type }), 'the types'),
  truncated,
});
export type TypeNames = Wire<typeof typeNamesSchema>;

export const tagListSchema = object('TagList', 'The tags in use, sorted by name.', {
  tags: list(object('TagUsage', 'A tag, with its number of events.', { tag, ...usage }), 'the tags'),
  truncated,
});
export type TagList = Wire<typeof tagListSchema>;

export const tagNamesSchema = object('TagNames', 'The tags in use, without counts (`counts=0`).', {
  tags: list(object('TagName', 'A tag.', { tag }), 'the tags'),
  truncated,
});
export type TagNames = Wire<typeof tagNamesSchema>;

export const keyListSchema = object('KeyList', 'The keys of tags, sorted by name.', {
  keys: list(text(), 'the keys, such as `host` for the tag `host=web1`'),
  truncated,
});
export type KeyList = Wire<typeof keyListSchema>;
