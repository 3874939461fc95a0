// Builds deployments from events, with the outcome of each. Pure. Defined in `docs/report.md`.

import { parseMark, type Span } from '@anthracite/protocol/core';
import { placeOf } from './intervals';
import { isPlaceTag, nameOfPlace, type Place, placeFrom } from './places';

/** An event of a type `deploy_<project>`. */
export interface DeployEvent {
  readonly id: number;
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
}

/** Events of one type, place and version within this distance are one deployment. */
export const deploymentWindowMs = 15 * 60_000;
/** Time for which a version is remembered: deploying it again within this time, after another version, is a rollback. */
export const versionMemoryMs = 30 * 86_400_000;
/** Time after a deployment in which a rollback, and after the start of an incident in which a fix, counts as a reaction to it. */
export const reactionMs = 7 * 86_400_000;

/** The key of the tags that contain the time of a commit. */
export const commitTag = 'commit_time=';
const versionTag = 'version=';
// This tag makes an event of such a type a mark.
const keyTag = 'span=';
const hostTag = 'host=';
const deployForm = /^deploy_./s;
const exitForm = /^exit=(?!0*$)/;
const abortedForm = /^(?:(?:outcome|result|status)=)?(?:failed|failure|error|aborted|cancell?ed)$/i;
const reworkForm = /^(rollback|hotfix|rework)(?:=(?!(?:false|no|0)$).*)?$/is;

/** Whether a type is that of a deployment, or of one of its marks. */
export function isDeployType(type: string): boolean {
  return deployForm.test(type);
}

/** Whether a tag is relevant for a deployment here. */
export function isDeployTag(tag: string): boolean {
  return (
    [versionTag, commitTag, hostTag, keyTag].some((key) => tag.startsWith(key)) ||
    isPlaceTag(tag) ||
    isAbort(tag) ||
    reworkForm.test(tag)
  );
}

// Whether a tag reports that a deployment did not succeed.
function isAbort(tag: string): boolean {
  return exitForm.test(tag) || abortedForm.test(tag);
}

/** Deployments that each replace the previous one: those of one type, `env` and `service`. */
export interface Lane {
  readonly place: Place;
  /** Indexes of its deployments, in order. */
  readonly deployments: number[];
}

/** The facts about deployments that a series of events contains. */
export interface SeriesFacts {
  readonly type: string;
  /** The tags of the series that the report uses. */
  readonly tags: readonly string[];
  /** An event of the series is a whole deployment, not a mark of one that lasts. */
  readonly isSingle: boolean;
  readonly lane: Lane;
  readonly version: string | null;
  readonly host: string | null;
  readonly isAborted: boolean;
  /** It is marked as a rollback. */
  readonly isRollback: boolean;
  /** It is marked as rework. */
  readonly isRework: boolean;
  readonly commits: readonly string[];
}

/** Deployments in order of time, as columns, because there are many. */
export interface Deployments {
  readonly ids: readonly number[];
  readonly times: readonly number[];
  /** The facts of their first event. */
  readonly facts: readonly SeriesFacts[];
  /** Index -> the tags of its commits; most have none. */
  readonly commits: ReadonlyMap<number, readonly string[]>;
  /** Indexes of deployments that did not succeed on some host. */
  readonly aborted: ReadonlySet<number>;
  /** Indexes of rollbacks. */
  readonly rollbacks: ReadonlySet<number>;
  /** Index -> index of the rollback that replaced it. */
  readonly rolledBack: ReadonlyMap<number, number>;
}

/** Single events, and deployments with a start and an end. Events of one version on several hosts are one deployment. */
export function deploymentsOf(events: Iterable<DeployEvent>, spans: readonly Span[]): Deployments {
  const builder = new Builder();
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
  for (const one of inOrder(all.times, all.ids)) {
    builder.take(all.ids[one] as number, all.times[one] as number, all.facts[one] as SeriesFacts);
  }
  return builder;
}

/** A version in a lane: when it was deployed, and its last deployment, which further events may join. */
interface Version {
  readonly times: number[];
  place: number;
  lastTime: number;
  /** The hosts of that deployment; a set only for several. */
  hosts: string | null | Set<string | null>;
}

/** Builds deployments from their events, in order of time. */
class Builder implements Deployments {
  readonly ids: number[] = [];
  readonly times: number[] = [];
  readonly facts: SeriesFacts[] = [];
  readonly commits = new Map<number, readonly string[]>();
  readonly aborted = new Set<number>();
  readonly rollbacks = new Set<number>();
  readonly rolledBack = new Map<number, number>();
  readonly #versions = new Map<Lane, Map<string, Version>>();

  take(id: number, time: number, facts: SeriesFacts): void {
    const { lane, version, host, isAborted, commits } = facts;
    const known = version === null ? undefined : this.#versionsOf(lane).get(version);
    const isSame = known !== undefined && this.#isPart(known, time, facts);
    const place = isSame ? known.place : this.#begin(id, time, facts);
    if (isSame) {
      known.lastTime = time;
      known.hosts = withHost(known.hosts, host);
    } else if (known !== undefined) {
      known.times.push(time);
      Object.assign(known, { place, lastTime: time, hosts: host });
    } else if (version !== null) {
      this.#versionsOf(lane).set(version, { times: [time], place, lastTime: time, hosts: host });
    }
    if (isAborted) this.aborted.add(place);
    if (commits.length === 0) return;
    const before = this.commits.get(place);
    this.commits.set(place, before === undefined ? commits : [...new Set([...before, ...commits])]);
  }

  #versionsOf(lane: Lane): Map<string, Version> {
    const known = this.#versions.get(lane);
    if (known !== undefined) return known;
    const versions = new Map<string, Version>();
    this.#versions.set(lane, versions);
    return versions;
  }

  // A deployment marked as a rollback is never part of another. After another version of its lane, only a host that the
  // deployment has not reached yet joins it.
  #isPart(
    { place, hosts, lastTime }: Version,
    time: number,
    { lane, host, isRollback }: SeriesFacts,
  ): boolean {
    if (time - lastTime > deploymentWindowMs || (this.facts[place] as SeriesFacts).isRollback !== isRollback)
      return false;
    return lane.deployments.at(-1) === place || !hasHost(hosts, host);
  }

  #begin(id: number, time: number, facts: SeriesFacts): number {
    const { lane, isRollback } = facts;
    const place = this.ids.length;
    const last = lane.deployments.at(-1);
    if (isRollback || (last !== undefined && this.#isEarlier(time, facts, last))) {
      this.rollbacks.add(place);
      if (last !== undefined && time - (this.times[last] as number) <= reactionMs)
        this.rolledBack.set(last, place);
    }
    this.ids.push(id);
    this.times.push(time);
    this.facts.push(facts);
    lane.deployments.push(place);
    return place;
  }

  // Whether it restores a version that is older than the version of the last deployment of its lane.
  #isEarlier(time: number, { lane, version }: SeriesFacts, last: number): boolean {
    const current = (this.facts[last] as SeriesFacts).version;
    if (version === null || current === null || version === current) return false;
    const versions = this.#versionsOf(lane);
    const first = (one: string): number => {
      const times = versions.get(one)?.times ?? [];
      return times[placeOf(time - versionMemoryMs, times)] ?? Number.POSITIVE_INFINITY;
    };
    return first(version) < first(current);
  }
}

function hasHost(hosts: Version['hosts'], host: string | null): boolean {
  return hosts instanceof Set ? hosts.has(host) : hosts === host;
}

function withHost(hosts: Version['hosts'], host: string | null): Version['hosts'] {
  if (hasHost(hosts, host)) return hosts;
  return hosts instanceof Set ? hosts.add(host) : new Set([hosts, host]);
}

// Indexes in order of time, then of id.
function inOrder(times: readonly number[], ids: readonly number[]): Uint32Array {
  const order = (one: number, other: number): number =>
    (times[one] as number) - (times[other] as number) || (ids[one] as number) - (ids[other] as number);
  return Uint32Array.from(times.keys()).sort(order);
}

// Events of one series share one array of tags: their facts are read once. There are few lanes.
function createFactsReader(): (event: DeployEvent) => SeriesFacts {
  const known = new Map<readonly string[], SeriesFacts>();
  const lanes = new Map<string, Lane>();
  const laneOf = (type: string, tags: readonly string[]): Lane => {
    const place = placeFrom(tags);
    const name = `${type} ${nameOfPlace(place)}`;
    const lane = lanes.get(name) ?? { place, deployments: [] };
    lanes.set(name, lane);
    return lane;
  };
  return ({ type, tags }) => {
    const found = known.get(tags);
    if (found?.type === type) return found;
    const facts = readFacts(type, tags, laneOf(type, tags));
    known.set(tags, facts);
    return facts;
  };
}

function readFacts(type: string, tags: readonly string[], lane: Lane): SeriesFacts {
  const commits = tags.filter((tag) => tag.startsWith(commitTag));
  // Most tags of a deployment do not affect its outcome.
  const others = tags.filter(
    (tag) => !tag.startsWith(commitTag) && !tag.startsWith(versionTag) && !tag.startsWith(hostTag),
  );
  const rework = others.flatMap((tag) => reworkForm.exec(tag)?.[1]?.toLowerCase() ?? []);
  return {
    type,
    tags,
    isSingle: deployForm.test(type) && parseMark(type, tags) === null,
    lane,
    version: tags.find((tag) => tag.startsWith(versionTag)) ?? null,
    host: tags.find((tag) => tag.startsWith(hostTag)) ?? null,
    isAborted: others.some(isAbort),
    isRollback: rework.includes('rollback'),
    isRework: rework.length > 0,
    commits: commits.length === 0 ? none : [...new Set(commits)],
  };
}

const none: readonly string[] = [];
