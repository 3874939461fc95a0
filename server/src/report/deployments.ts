// How software is delivered: the four figures of DORA, from deployments and the incidents behind them. Pure.
// Each is defined in `docs/report.md`.

import { parseMark, parseTimestamp, type Span } from '@anthracite/protocol/core';
import { isFelt, lengthOf, type Range } from './affected-time';
import { isWithin, timeToResolve } from './incident-figures';
import { type Summary, summarize } from './summary';

/** An event of a type `deploy_<project>`. */
export interface DeployEvent {
  readonly id: number;
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
}

/** The four figures, with the ids of what they are made of. */
export interface DeliveryFigures {
  readonly deployments: number;
  /** Null for an empty range. */
  readonly deploymentsPerDay: number | null;
  /** Deployments that an incident followed. */
  readonly failed: number;
  /** From 0 to 1; null without any deployment. */
  readonly changeFailureRate: number | null;
  /** From start to end of the incidents that followed deployments. */
  readonly timeToRestore: Summary;
  /** From commit to deployment, of each commit that a deployment names. */
  readonly leadTime: Summary;
  /** Commits that are later than their deployment, or whose time is none: they do not count. */
  readonly leadTimesLeftOut: number;
  readonly deploymentIds: readonly number[];
  readonly failedIds: readonly number[];
  readonly incidentIds: readonly number[];
}

/** An incident is held against the last deployment before it within this time. */
export const failureWindowMs = 3_600_000;
/** Events of one type and version that are no further apart are one deployment. */
export const deploymentWindowMs = 15 * 60_000;

const dayMs = 86_400_000;
const commitTag = 'commit_time=';
const deployForm = /^deploy_./s;

/** A deployment, with the tags of its commits. */
interface Deployment {
  readonly id: number;
  readonly time: number;
  readonly commits: readonly string[];
}

/** What a series of events is to deployments. */
interface SeriesFacts {
  readonly type: string;
  /** An event of it is a deployment by itself, and no mark of one that lasts. */
  readonly isSingle: boolean;
  /** Equal for events that may be one deployment; null for those that never are. */
  readonly release: string | null;
  readonly commits: readonly string[];
}

/** Holds incidents against deployments, once; the answer makes the figures of a range. Both may be more than those of a range. */
export function readDeliveries(
  events: readonly DeployEvent[],
  spans: readonly Span[],
): (range: Range) => DeliveryFigures {
  const all = deploymentsOf(events, spans);
  const blamed = spans
    .filter((span) => span.scale === 'incident' && span.origin !== 'external' && isFelt(span))
    .flatMap((incident) => {
      const cause = causeOf(incident, all);
      return cause === undefined ? [] : [{ incident, cause }];
    });
  return (range) => {
    const days = lengthOf(range) / dayMs;
    const deployments = all.slice(placeOf(range.fromMs, all), placeOf(range.untilMs, all));
    const failures = blamed.filter(({ cause }) => isWithin(cause.time, range));
    const failedIds = [...new Set(failures.map(({ cause }) => cause.id))];
    const { leadTimes, leftOut } = leadTimesOf(deployments);
    return {
      deployments: deployments.length,
      deploymentsPerDay: days === 0 ? null : deployments.length / days,
      failed: failedIds.length,
      changeFailureRate: deployments.length === 0 ? null : failedIds.length / deployments.length,
      timeToRestore: summarize(failures.flatMap(({ incident }) => timeToResolve(incident))),
      leadTime: summarize(leadTimes),
      leadTimesLeftOut: leftOut,
      deploymentIds: deployments.map(({ id }) => id),
      failedIds,
      incidentIds: failures.map(({ incident }) => incident.id),
    };
  };
}

/** Deployments in order of time: single events, and those that have a start and an end. Nodes of one version are one. */
function deploymentsOf(events: readonly DeployEvent[], spans: readonly Span[]): Deployment[] {
  const factsOf = createFactsReader();
  const single = events.filter((event) => factsOf(event).isSingle);
  const lasting = spans
    .filter(({ type }) => deployForm.test(type))
    .map(({ id, begin: time, type, tags }): DeployEvent => ({ id, time, type, tags }));
  const sorted = [...single, ...lasting].sort((one, other) => one.time - other.time || one.id - other.id);
  const releases = new Map<string, { place: number; lastTime: number }>();
  const deployments: Deployment[] = [];
  for (const deploy of sorted) {
    const { id, time } = deploy;
    const { release, commits } = factsOf(deploy);
    const before = release === null ? undefined : releases.get(release);
    if (before !== undefined && time - before.lastTime <= deploymentWindowMs) {
      before.lastTime = time;
      const first = deployments[before.place] as Deployment;
      if (commits.some((commit) => !first.commits.includes(commit))) {
        deployments[before.place] = { ...first, commits: [...new Set([...first.commits, ...commits])] };
      }
      continue;
    }
    if (release !== null) releases.set(release, { place: deployments.length, lastTime: time });
    deployments.push({ id, time, commits });
  }
  return deployments;
}

// Events of one series have one array of tags: what it says is read once.
function createFactsReader(): (event: DeployEvent) => SeriesFacts {
  const known = new Map<readonly string[], SeriesFacts>();
  return ({ type, tags }) => {
    const found = known.get(tags);
    if (found?.type === type) return found;
    const version = tags.find((tag) => tag.startsWith('version='));
    const facts: SeriesFacts = {
      type,
      isSingle: deployForm.test(type) && parseMark(type, tags) === null,
      release: version === undefined ? null : `${type} ${version}`,
      commits: [...new Set(tags.filter((tag) => tag.startsWith(commitTag)))],
    };
    known.set(tags, facts);
    return facts;
  };
}

// The last one that is no more than the window before the incident.
function causeOf({ begin }: Span, deployments: readonly Deployment[]): Deployment | undefined {
  const last = deployments[placeOf(begin + 1, deployments) - 1];
  return last !== undefined && begin - last.time <= failureWindowMs ? last : undefined;
}

// The place of the first deployment at an instant or behind it. They are in order of time.
function placeOf(timeMs: number, deployments: readonly Deployment[]): number {
  let low = 0;
  let high = deployments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((deployments[middle] as Deployment).time < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function leadTimesOf(deployments: readonly Deployment[]): { leadTimes: number[]; leftOut: number } {
  const leadTimes: number[] = [];
  let leftOut = 0;
  for (const { time, commits } of deployments) {
    for (const commit of commits) {
      const committed = parseTimestamp(commit.slice(commitTag.length));
      if (committed.ok && committed.value <= time) leadTimes.push(time - committed.value);
      else leftOut++;
    }
  }
  return { leadTimes, leftOut };
}
