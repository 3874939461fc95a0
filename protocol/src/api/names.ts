// API schemas: types, tags and keys of tags.

import { isoTime, list, object, text, truth, type Wire, whole } from './schema';

const usage = { count: whole('number of events'), first: isoTime(), last: isoTime() };

export const typeListSchema = object('TypeList', 'The types in use, sorted by name.', {
  types: list(object('TypeUsage', 'A type in use.', { type: text(), ...usage })),
  truncated: truth(),
});
export type TypeList = Wire<typeof typeListSchema>;

export const typeNamesSchema = object('TypeNames', 'The types in use, without counts (`counts=0`).', {
  types: list(object('TypeName', 'A type.', { type: text() })),
  truncated: truth(),
});
export type TypeNames = Wire<typeof typeNamesSchema>;

export const tagListSchema = object('TagList', 'The tags in use, sorted by name.', {
  tags: list(object('TagUsage', 'A tag in use.', { tag: text(), ...usage })),
  truncated: truth(),
});
export type TagList = Wire<typeof tagListSchema>;

export const tagNamesSchema = object('TagNames', 'The tags in use, without counts (`counts=0`).', {
  tags: list(object('TagName', 'A tag.', { tag: text() })),
  truncated: truth(),
});
export type TagNames = Wire<typeof tagNamesSchema>;

export const keyListSchema = object('KeyList', 'The keys of tags, sorted by name.', {
  keys: list(text()),
  truncated: truth(),
});
export type KeyList = Wire<typeof keyListSchema>;
