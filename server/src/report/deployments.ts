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
const versionTag = 'version=';
const deployForm = /^deploy_./s;

/** Whether a type is that of a deployment, or of one of its marks. */
export function isDeployType(type: string): boolean {
  return deployForm.test(type);
}

/** Whether a tag says something of a deployment here. */
export function isDeployTag(tag: string): boolean {
  return tag.startsWith(versionTag) || tag.startsWith(commitTag);
}

/** Deployments in order of time, as columns: there are many, and most have no commits. */
interface Deployments {
  readonly ids: readonly number[];
  readonly times: readonly number[];
  /** Place -> the tags of its commits. */
  readonly commits: ReadonlyMap<number, readonly string[]>;
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
  events: Iterable<DeployEvent>,
  spans: readonly Span[],
): (range: Range) => DeliveryFigures {
  const all = deploymentsOf(events, spans);
  const { ids, times } = all;
  const blamed = spans
    .filter((span) => span.scale === 'incident' && span.origin !== 'external' && isFelt(span))
    .flatMap((incident) => {
      const cause = causeOf(incident, times);
      return cause === null ? [] : [{ incident, cause }];
    });
  return (range) => {
    const days = lengthOf(range) / dayMs;
    const deploymentIds = ids.slice(placeOf(range.fromMs, times), placeOf(range.untilMs, times));
    const deployments = deploymentIds.length;
    const failures = blamed.filter(({ cause }) => isWithin(times[cause] as number, range));
    const failedIds = [...new Set(failures.map(({ cause }) => ids[cause] as number))];
    const { leadTimes, leftOut } = leadTimesOf(all, range);
    return {
      deployments,
      deploymentsPerDay: days === 0 ? null : deployments / days,
      failed: failedIds.length,
      changeFailureRate: deployments === 0 ? null : failedIds.length / deployments,
      timeToRestore: summarize(failures.flatMap(({ incident }) => timeToResolve(incident))),
      leadTime: summarize(leadTimes),
      leadTimesLeftOut: leftOut,
      deploymentIds,
      failedIds,
      incidentIds: failures.map(({ incident }) => incident.id),
    };
  };
}

/** Single events, and those that have a start and an end. Nodes of one version are one. */
function deploymentsOf(events: Iterable<DeployEvent>, spans: readonly Span[]): Deployments {
  const factsOf = createFactsReader();
  const all = { ids: [] as number[], times: [] as number[], facts: [] as SeriesFacts[] };
  const add = ({ id, time }: DeployEvent, facts: SeriesFacts): void => {
    all.ids.push(id);
    all.times.push(time);
    all.facts.push(facts);
  };
  for (const event of events) {
    const facts = factsOf(event);
    if (facts.isSingle) add(event, facts);
  }
  for (const { id, begin: time, type, tags } of spans) {
    const deploy = { id, time, type, tags };
    if (deployForm.test(type)) add(deploy, factsOf(deploy));
  }
  const releases = new Map<string, { readonly place: number; lastTime: number }>();
  const ids: number[] = [];
  const times: number[] = [];
  const commitsOf = new Map<number, readonly string[]>();
  for (const one of inOrder(all.times, all.ids)) {
    const [id, time] = [all.ids[one] as number, all.times[one] as number];
    const { release, commits } = all.facts[one] as SeriesFacts;
    const before = release === null ? undefined : releases.get(release);
    const isSame = before !== undefined && time - before.lastTime <= deploymentWindowMs;
    const place = isSame ? before.place : ids.length;
    if (isSame) {
      before.lastTime = time;
    } else {
      ids.push(id);
      times.push(time);
      if (release !== null) releases.set(release, { place, lastTime: time });
    }
    if (commits.length > 0) commitsOf.set(place, [...new Set([...(commitsOf.get(place) ?? []), ...commits])]);
  }
  return { ids, times, commits: commitsOf };
}

// Places in order of time, and those of one instant of id.
function inOrder(times: readonly number[], ids: readonly number[]): Uint32Array {
  const order = (one: number, other: number): number =>
    (times[one] as number) - (times[other] as number) || (ids[one] as number) - (ids[other] as number);
  return Uint32Array.from(times.keys()).sort(order);
}

// Events of one series have one array of tags: what it says is read once.
function createFactsReader(): (event: DeployEvent) => SeriesFacts {
  const known = new Map<readonly string[], SeriesFacts>();
  return ({ type, tags }) => {
    const found = known.get(tags);
    if (found?.type === type) return found;
    const version = tags.find((tag) => tag.startsWith(versionTag));
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

// The place of the last one that is no more than the window before the incident; null without one.
function causeOf({ begin }: Span, times: readonly number[]): number | null {
  const last = placeOf(begin + 1, times) - 1;
  return last >= 0 && begin - (times[last] as number) <= failureWindowMs ? last : null;
}

// The place of the first time at an instant or behind it. They are in order.
function placeOf(timeMs: number, times: readonly number[]): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function leadTimesOf(
  { times, commits }: Deployments,
  range: Range,
): { leadTimes: number[]; leftOut: number } {
  const leadTimes: number[] = [];
  let leftOut = 0;
  for (const [place, tags] of commits) {
    const time = times[place] as number;
    if (!isWithin(time, range)) continue;
    for (const tag of tags) {
      const committed = parseTimestamp(tag.slice(commitTag.length));
      if (committed.ok && committed.value <= time) leadTimes.push(time - committed.value);
      else leftOut++;
    }
  }
  return { leadTimes, leftOut };
}
