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
    const deployments = all.filter(({ time }) => isWithin(time, range));
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
function deploymentsOf(events: readonly DeployEvent[], spans: readonly Span[]): DeployEvent[] {
  const isDeploy = ({ type }: { readonly type: string }): boolean => /^deploy_./.test(type);
  const single = events.filter((event) => isDeploy(event) && parseMark(event.type, event.tags) === null);
  const lasting = spans
    .filter(isDeploy)
    .map(({ id, begin: time, type, tags }): DeployEvent => ({ id, time, type, tags }));
  const sorted = [...single, ...lasting].sort((one, other) => one.time - other.time || one.id - other.id);
  const folded = new Map<string, { place: number; lastTime: number }>();
  const deployments: DeployEvent[] = [];
  for (const deploy of sorted) {
    const version = deploy.tags.find((tag) => tag.startsWith('version='));
    const name = `${deploy.type} ${version ?? ''}`;
    const before = version === undefined ? undefined : folded.get(name);
    if (before !== undefined && deploy.time - before.lastTime <= deploymentWindowMs) {
      const first = deployments[before.place] as DeployEvent;
      deployments[before.place] = { ...first, tags: [...new Set([...first.tags, ...commitTagsOf(deploy)])] };
      before.lastTime = deploy.time;
      continue;
    }
    folded.set(name, { place: deployments.length, lastTime: deploy.time });
    deployments.push(deploy);
  }
  return deployments;
}

// The last one that is no more than the window before the incident. Deployments are in order of time.
function causeOf({ begin }: Span, deployments: readonly DeployEvent[]): DeployEvent | undefined {
  let low = 0;
  let high = deployments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((deployments[middle] as DeployEvent).time <= begin) low = middle + 1;
    else high = middle;
  }
  const last = deployments[low - 1];
  return last !== undefined && begin - last.time <= failureWindowMs ? last : undefined;
}

function leadTimesOf(deployments: readonly DeployEvent[]): { leadTimes: number[]; leftOut: number } {
  const leadTimes: number[] = [];
  let leftOut = 0;
  for (const deploy of deployments) {
    for (const tag of new Set(commitTagsOf(deploy))) {
      const committed = parseTimestamp(tag.slice(commitTag.length));
      if (committed.ok && committed.value <= deploy.time) leadTimes.push(deploy.time - committed.value);
      else leftOut++;
    }
  }
  return { leadTimes, leftOut };
}

function commitTagsOf({ tags }: DeployEvent): string[] {
  return tags.filter((tag) => tag.startsWith(commitTag));
}
