// Computes the five DORA figures of software delivery, from deployments and the incidents that follow them. Pure. Each
// figure is defined in `docs/report.md`.

import { firstPlace, parseTimestamp, type Span } from '@anthracite/protocol/core';
import { isFelt } from './affected-time';
import {
  commitTag,
  type DeployEvent,
  type Deployments,
  deploymentsOf,
  type Lane,
  reactionMs,
  type SeriesFacts,
} from './deployments';
import { timeToResolve } from './incident-figures';
import { isWithin, lengthOf, placeOf, type Range, unite } from './intervals';
import { agreeingKeys, indexKeys, placeFrom } from './places';
import { type Summary, summarize } from './summary';

/** The figures, with the ids that they are computed from. */
export interface DeliveryFigures {
  readonly deployments: number;
  /** Deployment frequency; null for an empty range. */
  readonly deploymentsPerDay: number | null;
  /** Deployments that an incident counts against, that were aborted, or that were rolled back. */
  readonly failed: number;
  /** The aborted deployments among the failed ones. */
  readonly aborted: number;
  /** Deployments that restore an earlier version. */
  readonly rollbacks: number;
  /** Deployments that fix an earlier one, including rollbacks. */
  readonly rework: number;
  /** `failed` / `deployments`, from 0 to 1; null without deployments. */
  readonly changeFailRate: number | null;
  /** `rework` / `deployments`, from 0 to 1; null without deployments. */
  readonly deploymentReworkRate: number | null;
  /**
   * Time to resolve of the incidents that count against deployments; without an incident, time from a deployment to its
   * rollback.
   */
  readonly failedDeploymentRecoveryTime: Summary;
  /** Time from commit to deployment, for each commit that a deployment delivered. */
  readonly changeLeadTime: Summary;
  /** Commits that are later than their deployment, have no time, or were not delivered by it: they do not count. */
  readonly commitsLeftOut: number;
  readonly deploymentIds: readonly number[];
  readonly failedIds: readonly number[];
  readonly reworkIds: readonly number[];
  readonly incidentIds: readonly number[];
}

/** How many deployments the events of one series began, and how many of these failed. */
export interface SeriesCount {
  deployments: number;
  failed: number;
}

/** A deployment, in a table. */
export interface ListedDeployment {
  readonly id: number;
  readonly time: number;
  readonly type: string;
  /** Null without a tag. */
  readonly version: string | null;
  readonly envs: readonly string[];
}

/** A failed deployment, and its failures. */
export interface FailedDeployment extends ListedDeployment {
  readonly isAborted: boolean;
  /** The rollback that replaced it. */
  readonly rolledBack: { readonly id: number; readonly time: number } | null;
  /** The incidents that are attributed to it. */
  readonly incidents: readonly Span[];
}

/** A deployment that counts as rework, and its reason. */
export interface ReworkDeployment extends ListedDeployment {
  readonly reason: 'rollback' | 'tag' | 'incident';
  /** The version that it replaced; null if it or its tag does not exist. */
  readonly replaced: string | null;
}

/** Deployments with their results. */
export interface Deliveries {
  figuresIn(range: Range): DeliveryFigures;
  /** The deployments of a range, counted by the series of their first event. */
  countsIn(range: Range): ReadonlyMap<SeriesFacts, SeriesCount>;
  /** The failed deployments of a range, newest first, at most `limit`. */
  failedIn(range: Range, limit: number): FailedDeployment[];
  /** The deployments of a range that count as rework, newest first, at most `limit`. */
  reworkIn(range: Range, limit: number): ReworkDeployment[];
}

/** An incident, and the index of the deployment that it counts against. */
interface Blame {
  readonly incident: Span;
  readonly cause: number;
}

const dayMs = 86_400_000;

/**
 * Assigns incidents to deployments, once; the result answers for any range. Both inputs may exceed the ranges. An incident counts against the last deployment before it within the window that does not name another
 * `env` or `service`.
 */
export function readDeliveries(
  events: Iterable<DeployEvent>,
  spans: readonly Span[],
  failureWindowMs: number,
): Deliveries {
  const all = deploymentsOf(events, spans);
  const { ids, times, facts, aborted, rollbacks, rolledBack } = all;
  const causeOf = createCauseFinder(all, failureWindowMs);
  const blamed = spans
    .filter((span) => span.scale === 'incident' && span.origin !== 'external' && isFelt(span))
    .flatMap((incident): Blame[] => {
      const cause = causeOf(incident);
      return cause === null ? [] : [{ incident, cause }];
    });
  const causes = new Set(blamed.map(({ cause }) => cause));
  const failedPlaces = new Set([...causes, ...aborted, ...rolledBack.keys()]);
  const hasFailed = (place: number): boolean => failedPlaces.has(place);
  const isRework = createReworkTest(all, blamed);
  const placesIn = ({ fromMs, untilMs }: Range): number[] => {
    const places: number[] = [];
    const last = placeOf(untilMs, times);
    for (let place = placeOf(fromMs, times); place < last; place++) places.push(place);
    return places;
  };
  const listed = (place: number): ListedDeployment => {
    const { type, version, lane } = facts[place] as SeriesFacts;
    return {
      id: ids[place] as number,
      time: times[place] as number,
      type,
      version: version === null ? null : textAfterKey(version),
      envs: lane.place.envs.map(textAfterKey),
    };
  };
  const figuresIn = (range: Range): DeliveryFigures => {
    const days = lengthOf(range) / dayMs;
    const places = placesIn(range);
    const failed = places.filter(hasFailed);
    const rework = places.filter(isRework);
    const failures = blamed.filter(({ cause }) => isWithin(times[cause] as number, range));
    const untilRollback = failed.flatMap((place) => {
      const rollback = causes.has(place) ? undefined : rolledBack.get(place);
      return rollback === undefined ? [] : [(times[rollback] as number) - (times[place] as number)];
    });
    const { leadTimes, leftOut } = leadTimesOf(all, range);
    const rateOf = (count: number): number | null => (places.length === 0 ? null : count / places.length);
    const idsOf = (some: readonly number[]): number[] => some.map((place) => ids[place] as number);
    return {
      deployments: places.length,
      deploymentsPerDay: days === 0 ? null : places.length / days,
      failed: failed.length,
      aborted: places.filter((place) => aborted.has(place)).length,
      rollbacks: places.filter((place) => rollbacks.has(place)).length,
      rework: rework.length,
      changeFailRate: rateOf(failed.length),
      deploymentReworkRate: rateOf(rework.length),
      failedDeploymentRecoveryTime: summarize([
        ...failures.flatMap(({ incident }) => timeToResolve(incident)),
        ...untilRollback,
      ]),
      changeLeadTime: summarize(leadTimes),
      commitsLeftOut: leftOut,
      deploymentIds: idsOf(places),
      failedIds: idsOf(failed),
      reworkIds: idsOf(rework),
      incidentIds: failures.map(({ incident }) => incident.id),
    };
  };
  return {
    figuresIn,
    countsIn: (range) => {
      const counts = new Map<SeriesFacts, SeriesCount>();
      for (const place of placesIn(range)) {
        const series = facts[place] as SeriesFacts;
        let count = counts.get(series);
        if (count === undefined) {
          count = { deployments: 0, failed: 0 };
          counts.set(series, count);
        }
        count.deployments++;
        if (hasFailed(place)) count.failed++;
      }
      return counts;
    },
    failedIn: (range, limit) =>
      newest(placesIn(range).filter(hasFailed), limit).map((place) => {
        const rollback = rolledBack.get(place);
        return {
          ...listed(place),
          isAborted: aborted.has(place),
          rolledBack:
            rollback === undefined ? null : { id: ids[rollback] as number, time: times[rollback] as number },
          incidents: blamed.filter(({ cause }) => cause === place).map(({ incident }) => incident),
        };
      }),
    reworkIn: (range, limit) =>
      newest(placesIn(range).filter(isRework), limit).map((place) => {
        const { lane, isRework: isTagged } = facts[place] as SeriesFacts;
        const before = lane.deployments[placeOf(place, lane.deployments) - 1];
        const reason = rollbacks.has(place) ? 'rollback' : isTagged ? 'tag' : 'incident';
        return { ...listed(place), reason, replaced: before === undefined ? null : listed(before).version };
      }),
  };
}

function newest(places: readonly number[], limit: number): number[] {
  return places.slice(-limit).reverse();
}

function textAfterKey(tag: string): string {
  return tag.slice(tag.indexOf('=') + 1);
}

// Finds the index of the last matching deployment within the window before an incident; null if none exists.
function createCauseFinder(
  { times, facts }: Deployments,
  windowMs: number,
): (incident: Span) => number | null {
  const index = new Map<string, number[]>();
  const listsOf = new Map<Lane, readonly number[][]>();
  for (const [place, { lane }] of facts.entries()) {
    const lists = listsOf.get(lane) ?? indexKeys(lane.place).map((key) => listIn(index, key));
    listsOf.set(lane, lists);
    for (const list of lists) list.push(place);
  }
  return ({ begin, tags }) => {
    let cause = -1;
    for (const key of agreeingKeys(placeFrom(tags))) {
      const places = index.get(key) ?? [];
      const next = firstPlace(places.length, (i) => (times[places[i] as number] as number) > begin);
      cause = Math.max(cause, places[next - 1] ?? -1);
    }
    return cause >= 0 && begin - (times[cause] as number) <= windowMs ? cause : null;
  };
}

function listIn(index: Map<string, number[]>, key: string): number[] {
  const list = index.get(key) ?? [];
  index.set(key, list);
  return list;
}

// Tests whether a deployment is rework: a rollback, a deployment marked as rework, or a deployment during an incident
// that counts against an earlier deployment of its lane.
function createReworkTest(
  { times, facts, rollbacks }: Deployments,
  blamed: readonly Blame[],
): (place: number) => boolean {
  const broken = new Map<Lane, Range[]>();
  for (const { incident, cause } of blamed) {
    const { lane } = facts[cause] as SeriesFacts;
    const until = Math.min(incident.end ?? Number.POSITIVE_INFINITY, incident.begin + reactionMs);
    const range = { fromMs: incident.begin, untilMs: until };
    const known = broken.get(lane);
    if (known === undefined) broken.set(lane, [range]);
    else known.push(range);
  }
  const mending = new Set<number>();
  for (const [lane, ranges] of broken) {
    const places = lane.deployments;
    const placeAfter = (timeMs: number): number =>
      firstPlace(places.length, (i) => (times[places[i] as number] as number) > timeMs);
    // After the incident begins, and no later than its end.
    for (const { fromMs, untilMs } of unite(ranges)) {
      for (const place of places.slice(placeAfter(fromMs), placeAfter(untilMs))) mending.add(place);
    }
  }
  return (place) => rollbacks.has(place) || mending.has(place) || (facts[place] as SeriesFacts).isRework;
}

function leadTimesOf(
  { times, commits, aborted, rollbacks }: Deployments,
  range: Range,
): { leadTimes: number[]; leftOut: number } {
  const leadTimes: number[] = [];
  let leftOut = 0;
  for (const [place, tags] of commits) {
    const time = times[place] as number;
    if (!isWithin(time, range)) continue;
    for (const tag of tags) {
      const committed = parseTimestamp(tag.slice(commitTag.length));
      const isBrought = !aborted.has(place) && !rollbacks.has(place);
      if (isBrought && committed.ok && committed.value <= time) leadTimes.push(time - committed.value);
      else leftOut++;
    }
  }
  return { leadTimes, leftOut };
}
