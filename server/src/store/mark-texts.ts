// What the marks of each series say, and as much of their text as there is room for: the rest is read when somebody asks for it.

import { createHash } from 'node:crypto';
import { type MarkMeaning, parseMark, parseSeries } from '@anthracite/protocol/core';
import { ownText } from '../own-text';
import type { Statements } from './statements';
import { StoreError } from './store-error';

/** What the marks of one series say. */
export interface MarkSeries {
  readonly id: number;
  readonly type: string;
  /** Its group is a name of the group, and its key is empty where it is left in the database. */
  readonly meaning: MarkMeaning;
  /** Null where they are left in the database. */
  readonly tags: readonly string[] | null;
  /** How long the text is. */
  readonly chars: number;
}

/** The whole text of a series of marks. */
export interface MarkText {
  readonly type: string;
  readonly tags: readonly string[];
  readonly meaning: MarkMeaning;
}

interface Held {
  readonly series: MarkSeries;
  readonly bytes: number;
  marks: number;
}

/** Bytes of memory that the texts of all series may take. What does not fit is left in the database. */
const maxHeldBytes = 50_331_648;
/** Longer names of groups are replaced by a hash, and longer keys are left in the database where its tags are. */
const maxNameChars = 64;

export class MarkTexts {
  readonly #statements: Statements;
  readonly #file: string;
  readonly #maxBytes: number;
  /** The series that have marks, by id. */
  readonly #held = new Map<number, Held>();
  #bytes = 0;
  #left = 0;

  /** `file` is named where it is found to be damaged. */
  constructor(statements: Statements, file: string, maxBytes = maxHeldBytes) {
    this.#statements = statements;
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  /** How many series have texts that are left in the database. */
  get left(): number {
    return this.#left;
  }

  /** The series of one more mark; null where it marks nothing. */
  take(id: number): MarkSeries | null {
    const held = this.#held.get(id) ?? this.#read(id);
    if (held === null) return null;
    held.marks++;
    return held.series;
  }

  /** A mark of a series has gone. */
  release({ id, tags }: MarkSeries): void {
    const held = this.#held.get(id);
    if (held === undefined || --held.marks > 0) return;
    this.#held.delete(id);
    this.#bytes -= held.bytes;
    if (tags === null) this.#left--;
  }

  /** The whole text of a series. */
  textOf(id: number): MarkText | null {
    const [text] = (this.#statements.all({ text: 'SELECT text FROM series WHERE id = ?', values: [id] })[0] ??
      []) as [string?];
    const parsed = parseSeries(text ?? '');
    if (!parsed.ok) {
      throw new StoreError('DATABASE_DAMAGED', { file: this.#file, cause: `series ${id} is malformed` });
    }
    const { type, tags } = parsed.value;
    const meaning = parseMark(type, tags);
    return meaning && { type, tags, meaning };
  }

  #read(id: number): Held | null {
    const text = this.textOf(id);
    if (text === null) return null;
    const { tags, meaning } = text;
    const type = ownText(text.type);
    const tagChars = tags.reduce((sum, tag) => sum + tag.length, 0);
    const heldBytes = 2 * tagChars + 48 * tags.length;
    const namesBytes = 4 * type.length + 400;
    const isHeld = this.#bytes + heldBytes + namesBytes <= this.#maxBytes;
    const bytes = namesBytes + (isHeld ? heldBytes : 0);
    const series: MarkSeries = {
      id,
      type,
      meaning: {
        ...meaning,
        stem: ownText(meaning.stem),
        group: groupName(meaning),
        key: meaning.key === null ? null : isHeld ? meaning.key : '',
      },
      tags: isHeld ? tags : null,
      chars: type.length + tagChars,
    };
    const held: Held = { series, bytes, marks: 0 };
    this.#held.set(id, held);
    this.#bytes += bytes;
    if (!isHeld) this.#left++;
    return held;
  }
}

/** The name that a group goes by in memory, however long its own is. */
export function groupName({ group }: Pick<MarkMeaning, 'group'>): string {
  // A group's own name does not begin with a blank.
  return group.length <= maxNameChars
    ? ownText(group)
    : ` ${createHash('sha256').update(group).digest('base64')}`;
}
