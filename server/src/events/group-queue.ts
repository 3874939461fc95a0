// The submissions that wait for a commit, and which of them form the next group. Senders take turns, so that a sender of
// few events does not wait for all events of another. The submissions of one sender stay in order. Pure.

/** A submission, as the queue needs it. */
export interface Queued {
  /** Identifies who sent it: submissions with an equal sender stay in order. */
  readonly sender: object;
  /** Number of events and rejected lines. */
  readonly size: number;
  /** Approximate memory in bytes. */
  readonly weight: number;
}

interface Line<S extends Queued> {
  readonly waiting: S[];
  /** Number of submissions in groups that are not committed yet. */
  underWay: number;
  /** How many of them are in a group that may overtake others. */
  overtaking: number;
}

/** A group for one commit. */
export interface Group<S extends Queued> {
  readonly submissions: readonly S[];
  readonly size: number;
  /** True if it has few events, all of senders without any others under way: then it may overtake other groups. */
  readonly mayOvertake: boolean;
}

const maxGroupWeight = 8 * 1_048_576;
const fewEvents = 64;
const fewBytes = 65_536;
const maxOvertakingEvents = 512;

export class GroupQueue<S extends Queued> {
  readonly #lines = new Map<object, Line<S>>();
  /** Senders with waiting submissions; the first one has the next turn. */
  readonly #turns = new Set<object>();
  #size = 0;
  #weight = 0;

  /** Number of events and rejected lines that wait. */
  get size(): number {
    return this.#size;
  }

  /** Approximate memory of all waiting submissions, in bytes. */
  get weight(): number {
    return this.#weight;
  }

  /** True when nothing waits. */
  get isEmpty(): boolean {
    return this.#turns.size === 0;
  }

  add(submission: S): void {
    const { sender } = submission;
    const line = this.#lines.get(sender) ?? { waiting: [], underWay: 0, overtaking: 0 };
    line.waiting.push(submission);
    this.#lines.set(sender, line);
    this.#turns.add(sender);
    this.#size += submission.size;
    this.#weight += submission.weight;
  }

  /** Removes a group of about `size` events, at least one submission; null when none may go. */
  take(size: number): Group<S> | null {
    return this.#take(false, size, (line) => line.overtaking === 0);
  }

  /** Removes a group that may overtake others; null when none may. */
  takeOvertaking(): Group<S> | null {
    const isSmall = ([first]: readonly S[]): boolean =>
      first !== undefined && first.size <= fewEvents && first.weight <= fewBytes;
    return this.#take(true, maxOvertakingEvents, (line) => line.underWay === 0 && isSmall(line.waiting));
  }

  /** Reports that a group was committed, or that its commit failed. */
  settle({ submissions, mayOvertake }: Group<S>): void {
    for (const { sender } of submissions) {
      const line = this.#lines.get(sender) as Line<S>;
      line.underWay--;
      if (mayOvertake) line.overtaking--;
      if (line.underWay === 0 && line.waiting.length === 0) this.#lines.delete(sender);
    }
  }

  #take(mayOvertake: boolean, maxSize: number, mayGo: (line: Line<S>) => boolean): Group<S> | null {
    const submissions: S[] = [];
    let size = 0;
    let weight = 0;
    // A sender that has more to come is visited again, after all others.
    for (const sender of this.#turns) {
      const line = this.#lines.get(sender) as Line<S>;
      if (!mayGo(line)) continue;
      const next = line.waiting[0] as S;
      const isTooMuch = size + next.size > maxSize || weight + next.weight > maxGroupWeight;
      if (submissions.length > 0 && isTooMuch) break;
      size += next.size;
      weight += next.weight;
      submissions.push(next);
      this.#remove(sender, line);
      if (mayOvertake) line.overtaking++;
    }
    return submissions.length === 0 ? null : { submissions, size, mayOvertake };
  }

  #remove(sender: object, line: Line<S>): void {
    const submission = line.waiting.shift() as S;
    line.underWay++;
    this.#size -= submission.size;
    this.#weight -= submission.weight;
    this.#turns.delete(sender);
    if (line.waiting.length > 0) this.#turns.add(sender);
  }
}
