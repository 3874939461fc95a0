// Collects the findings of an integrity check: problems with the affected ids, all counted and some listed.

import type { Finding } from '../../integrity';

const maxIds = 100;
const maxProblems = 100;

export class Findings {
  readonly #found = new Map<string, Finding & { ids: number[]; count: number }>();

  /** A problem of a row, or of the whole file when no id is given. */
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

  /** All findings, most severe first. */
  list(): Finding[] {
    const all = [...this.#found.values()];
    return [
      ...all.filter(({ kind }) => kind === 'structure'),
      ...all.filter(({ kind }) => kind === 'content'),
    ];
  }
}

const maxNamed = 10;
/** The names of a table's rows. */
const rowNames: Readonly<Record<string, readonly [one: string, several: string]>> = {
  events: ['event', 'events'],
  history: ['change', 'changes'],
  former: ['former event', 'former events'],
  event_key: ['key of event', 'keys of events'],
  rejects: ['rejected line', 'rejected lines'],
  tokens: ['token', 'tokens'],
  mark: ['mark', 'marks'],
  span: ['span', 'spans'],
  hour_count: ['hour since 1970', 'hours since 1970'],
};

/** A finding as a sentence: `events 4, 17 and 3 more: the description does not match its hash`. */
export function describeFinding({ table, problem, ids, count }: Finding): string {
  if (ids.length === 0) return table === '' ? problem : `${table}: ${problem}`;
  const named = ids.slice(0, maxNamed);
  const rest = count - named.length;
  const [one, several] = rowNames[table] ?? [table, table];
  return `${count === 1 ? one : several} ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: ${problem}`;
}
