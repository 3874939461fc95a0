// Adds up counts by slot of time, and by type or the values of a tag's key.

import { ownText } from '../own-text';
import { StoreError } from '../storage/store-error';
import type { CountBy, Counts } from './answers';
import type { Series } from './series-reader';

const maxCounts = 200_000;
/** Maximum characters of the names of all counts together, and number of names. */
const maxNameChars = 8_388_608;

/** The parts of an event that counts need. */
export type Counted = Pick<Series, 'type' | 'tags'>;

/** The counts of a range. */
export type Sum = Omit<Counts, 'reach'>;

/** Counts by slot and name, in any order. Throws a `StoreError` when they are too many. */
export class Sums {
  readonly #by: CountBy;
  readonly #names = new Map<string, number>();
  readonly #columns: { readonly nameOf: number[]; readonly slots: number[]; readonly counts: number[] } = {
    nameOf: [],
    slots: [],
    counts: [],
  };
  /** Number of the slot and number of the name, as one number -> index into the columns. */
  readonly #places = new Map<number, number>();
  readonly #slotNumbers = new Map<number, number>();
  #slot = Number.NaN;
  #slotNumber = 0;
  #nameChars = 0;
  #isInOrder = true;

  constructor(by: CountBy) {
    this.#by = by;
  }

  /** Adds events of a type with its tags to a slot. */
  add(slot: number, series: Counted, count: number): void {
    for (const name of namesOf(series, this.#by)) this.addNamed(slot, this.#idOf(name), count);
  }

  /** Number of names so far. */
  get nameCount(): number {
    return this.#names.size;
  }

  /** The numbers of the names that a series counts for. */
  idsOf(series: Counted): number[] {
    return namesOf(series, this.#by).map((name) => this.#idOf(name));
  }

  /** Adds events to a slot under the number of a name. */
  addNamed(slot: number, name: number, count: number): void {
    if (slot !== this.#slot) this.#moveTo(slot);
    const { nameOf, slots, counts } = this.#columns;
    const key = this.#slotNumber * maxNameChars + name;
    const place = this.#places.get(key);
    if (place !== undefined) {
      counts[place] = (counts[place] as number) + count;
      return;
    }
    this.#places.set(key, counts.length);
    nameOf.push(name);
    slots.push(slot);
    counts.push(count);
    if (counts.length > maxCounts) throw new StoreError('TOO_MANY_COUNTS', { limit: maxCounts });
  }

  /** All counts, in order of slots. */
  toCounts(): Sum {
    const { nameOf, slots, counts } = this.#columns;
    const order = this.#isInOrder ? null : [...counts.keys()];
    order?.sort((one, other) => (slots[one] as number) - (slots[other] as number));
    const inOrder = (column: readonly number[]): readonly number[] =>
      order?.map((place) => column[place] as number) ?? column;
    return {
      names: [...this.#names.keys()],
      nameOf: Uint32Array.from(inOrder(nameOf)),
      slots: Float64Array.from(inOrder(slots)),
      counts: Float64Array.from(inOrder(counts)),
    };
  }

  #moveTo(slot: number): void {
    if (slot < this.#slot) this.#isInOrder = false;
    this.#slot = slot;
    this.#slotNumber = this.#slotNumbers.get(slot) ?? this.#slotNumbers.size;
    this.#slotNumbers.set(slot, this.#slotNumber);
  }

  #idOf(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const id = this.#names.size;
    this.#nameChars += name.length;
    if (this.#nameChars > maxNameChars || id === maxNameChars) throw new StoreError('OUT_OF_MEMORY', {});
    this.#names.set(ownText(name), id);
    return id;
  }
}

function namesOf({ type, tags }: Counted, by: CountBy): readonly string[] {
  if (by === null) return [''];
  if (typeof by !== 'string') {
    // A tag with an empty key is not counted, so the names of types differ from all tags.
    const counted = tags.filter((tag) => by.includes(tag.slice(0, Math.max(0, tag.indexOf('=')))));
    return [...new Set([`=${type}`, ...counted])];
  }
  if (by === 'type') return [type];
  const values = tags.filter((tag) => tag.startsWith(`${by}=`)).map((tag) => tag.slice(by.length + 1));
  return values.length > 0 ? [...new Set(values)] : [''];
}
