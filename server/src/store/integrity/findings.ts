// What an integrity check finds: problems with the ids that have them, counted in full and listed up to a bound.

/** A problem of a file. */
export interface Finding {
  /** `structure`: pages, indexes or schema, so that the file must not be used. `content`: what single rows hold. */
  readonly kind: 'structure' | 'content';
  /** What is wrong, such as "the description does not match its hash". */
  readonly problem: string;
  /** The table whose ids are listed; empty where no row can be named. */
  readonly table: string;
  /** The first ids that have it. */
  readonly ids: readonly number[];
  readonly count: number;
}

const maxIds = 100;
const maxProblems = 100;

export class Findings {
  readonly #found = new Map<string, Finding & { ids: number[]; count: number }>();

  /** A problem of a row, or of the file as a whole where no id is given. */
  add(kind: Finding['kind'], table: string, problem: string, id?: number): void {
    const key = `${table} ${problem}`;
    let finding = this.#found.get(key);
    if (finding === undefined) {
      if (this.#found.size >= maxProblems) return;
      finding = { kind, problem, table, ids: [], count: 0 };
      this.#found.set(key, finding);
    }
    finding.count++;
    if (id !== undefined && finding.ids.length < maxIds) finding.ids.push(id);
  }

  /** All of them, the gravest first. */
  list(): Finding[] {
    const all = [...this.#found.values()];
    return [
      ...all.filter(({ kind }) => kind === 'structure'),
      ...all.filter(({ kind }) => kind === 'content'),
    ];
  }
}

const maxNamed = 10;
/** What a row of a table is called. */
const rowNames: Readonly<Record<string, readonly [one: string, several: string]>> = {
  events: ['event', 'events'],
  history: ['change', 'changes'],
  former: ['former event', 'former events'],
  rejects: ['rejected line', 'rejected lines'],
  tokens: ['token', 'tokens'],
};

/** A finding as a sentence: `events 4, 17 and 3 more: the description does not match its hash`. */
export function describeFinding({ table, problem, ids, count }: Finding): string {
  if (ids.length === 0) return table === '' ? problem : `${table}: ${problem}`;
  const named = ids.slice(0, maxNamed);
  const rest = count - named.length;
  const [one, several] = rowNames[table] ?? [table, table];
  return `${count === 1 ? one : several} ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: ${problem}`;
}
