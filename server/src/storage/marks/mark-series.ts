// Parses what marks mean from the text of their type and tags, once per combination.

import { createHash } from 'node:crypto';
import { type MarkMeaning, markSuffixes, parseMark, parseSeries } from '@anthracite/protocol/core';
import { ownText } from '../../own-text';

/** Longer names of groups are replaced by a hash. */
const maxNameChars = 64;

// A text that matches may not be a mark; a text that does not match is never a mark.
const candidate = new RegExp(`(?:${Object.keys(markSuffixes).join('|')})(?:;|$)`);

/** Whether a series, in the form of the line protocol, can be one of marks. Fast, because it runs for every event. */
export function canBeMark(series: string): boolean {
  return candidate.test(series);
}

/** The meaning of the marks of a series. */
export interface MarkSeries {
  readonly type: string;
  /** Its group is empty: `group` contains the name. */
  readonly meaning: MarkMeaning;
  readonly group: string;
  /** Characters of the text. */
  readonly chars: number;
}

/** Parses a series, in the form of the line protocol; null when its events are not marks. Throws for malformed text. */
export function readMarkSeries(series: string): MarkSeries | null {
  const parsed = parseSeries(series);
  if (!parsed.ok) throw new RangeError(parsed.problem.message);
  const { type, tags } = parsed.value;
  const meaning = parseMark(type, tags);
  if (meaning === null) return null;
  const { stem, key } = meaning;
  return {
    // In their own memory: they outlive the text, which may be long.
    type: ownText(type),
    meaning: { ...meaning, stem: ownText(stem), key: key && ownText(key), group: '' },
    group: groupName(meaning),
    chars: series.length,
  };
}

/** The name of a group in the database, of limited length. */
export function groupName({ group }: Pick<MarkMeaning, 'group'>): string {
  // A group's own name never starts with a space.
  return group.length <= maxNameChars
    ? ownText(group)
    : ` ${createHash('sha256').update(group).digest('base64')}`;
}

/** The number of each role in the database. */
export const roleCodes = { start: 0, detected: 1, end: 2, update: 3 } as const;
/** The role of each number. */
export const rolesByCode = ['start', 'detected', 'end', 'update'] as const;
