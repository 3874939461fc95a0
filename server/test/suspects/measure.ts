// Measures how often the cause of an incident ranks first, in histories of several difficulties, and how often the last
// change before the incident is the cause.

import type { Span } from '@anthracite/protocol';
import { type Change, changeOfSpan, changesOf, changeUntil } from '../../src/suspects/change';
import { rankSuspects } from '../../src/suspects/suspects';
import type { TypeHistory } from '../../src/suspects/suspicion';
import { type CausedHistory, createHistory, type Difficulty } from './causes';

/** Counts of incidents that were caused by a change. */
export interface Measure {
  readonly incidents: number;
  /** Incidents whose cause ranks first. */
  readonly first: number;
  /** Incidents whose cause is among the first three. */
  readonly firstThree: number;
  /** Incidents whose cause is the last change before them, which closeness alone finds. */
  readonly closest: number;
}

const dayMs = 86_400_000;
const windowMs = dayMs;
const historyMs = 90 * dayMs;

const monthDays = 30;

const usual: Difficulty = {
  days: 180,
  causes: [0.3],
  causeDeploysPerDay: 1,
  medianLag: 15,
  lagSpread: 1,
  chancePerDay: 0.3,
  noise: 1,
  tagged: 0,
};

/** A measurement: a kind of history, and its days that count. */
export interface Trial {
  readonly name: string;
  readonly difficulty: Difficulty;
  readonly fromDay: number;
  readonly untilDay: number;
}

// Large enough to detect changes, and fast enough.
const shorter = { days: 120 };

/** The measurements, the usual one first. The method was not tuned with these seeds. */
export const trials: readonly Trial[] = [
  trial('usual', {}),
  trial('usual, only the first month', {}, 0, monthDays),
  trial('a third of the harmless changes', { ...shorter, noise: 1 / 3 }),
  trial('three times the harmless changes', { ...shorter, noise: 3 }),
  trial('1 in 20 deployments of the project causes an incident', { ...shorter, causes: [0.05] }),
  trial('three such projects: 1 in 20, 1 in 5, 1 in 2 deployments', { ...shorter, causes: [0.05, 0.2, 0.5] }),
  trial('incidents start an hour after the deployment (median)', { ...shorter, medianLag: 60 }),
  trial('ten times the incidents without a cause', { ...shorter, chancePerDay: 3 }),
  trial('half of the incidents name the host', { ...shorter, tagged: 0.5 }),
];

const seeds = [1, 2, 3, 4];

function trial(
  name: string,
  different: Partial<Difficulty>,
  fromDay = monthDays,
  untilDay = Number.POSITIVE_INFINITY,
): Trial {
  return { name, difficulty: { ...usual, ...different }, fromDay, untilDay };
}

/** The row of the table in docs/suspects.md. */
export function toRow(name: string, { incidents, first, firstThree, closest }: Measure): string {
  const share = (count: number): string => `${Math.round((100 * count) / incidents)} %`;
  return `| ${name} | ${incidents} | ${share(first)} | ${share(firstThree)} | ${share(closest)} |`;
}

/** Measures the incidents that were caused by a change. */
export function measure({ difficulty, fromDay, untilDay }: Trial): Measure {
  const sum = { incidents: 0, first: 0, firstThree: 0, closest: 0 };
  for (const seed of seeds) {
    const history = createHistory(difficulty, seed);
    const changes = allChanges(history);
    for (const span of history.spans) {
      const cause = history.causes.get(span.id);
      const day = (span.begin - history.beginMs) / dayMs;
      if (cause === undefined || day < fromDay || day >= untilDay) continue;
      const isCause = (change: Change | undefined): boolean =>
        change?.events.some(({ id }) => cause.has(id)) ?? false;
      const ranked = suspectsOf(span, history, changes).map(({ change }) => change);
      sum.incidents++;
      sum.first += Number(isCause(ranked[0]));
      sum.firstThree += Number(ranked.slice(0, 3).some(isCause));
      sum.closest += Number(isCause(lastBefore(span, changes)));
    }
  }
  return sum;
}

/** All changes of a history, including spans, by type, ordered by start. */
export function allChanges({ events, spans }: CausedHistory): ReadonlyMap<string, readonly Change[]> {
  const lasting = spans.filter(({ scale }) => scale === 'other').map(changeOfSpan);
  const byType = new Map<string, Change[]>();
  for (const change of [...changesOf(events), ...lasting]) {
    const known = byType.get(change.type);
    if (known === undefined) byType.set(change.type, [change]);
    else known.push(change);
  }
  return byType;
}

/** The ranking for a span, with the past that the server would read. */
export function suspectsOf(
  span: Span,
  { spans, beginMs }: CausedHistory,
  allOfTypes: ReadonlyMap<string, readonly Change[]>,
) {
  const fromMs = Math.max(beginMs, span.begin - historyMs);
  const histories = new Map<string, TypeHistory>();
  const inWindow: Change[] = [];
  for (const [type, all] of allOfTypes) {
    const changes = all.filter((one) => one.begin >= fromMs && one.begin <= span.begin);
    const near = changes.filter((change) => changeUntil(change, span.begin).end >= span.begin - windowMs);
    if (near.length > 0) histories.set(type, { changes, fromMs });
    inWindow.push(...near);
  }
  return rankSuspects({ span, changes: inWindow, histories, past: spans, windowMs }).ranked;
}

function lastBefore(span: Span, allOfTypes: ReadonlyMap<string, readonly Change[]>): Change | undefined {
  let last: Change | undefined;
  let lastTime = Number.NEGATIVE_INFINITY;
  for (const changes of allOfTypes.values()) {
    for (const change of changes) {
      if (change.begin > span.begin) break; // they are in order of their start
      const { end } = changeUntil(change, span.begin);
      if (end < lastTime) continue;
      last = change;
      lastTime = end;
    }
  }
  return last;
}
