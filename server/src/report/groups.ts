// Computes the figures of each service, or of each team: those named by a tag of an incident or a deployment. Pure.
// Defined in `docs/report.md`.

import type { Span } from '@anthracite/protocol/core';
import { affectedTime, shareLeft } from './affected-time';
import { type Coverage, countedMs, type Maintenance } from './coverage';
import type { DeployedRange } from './delivery';
import type { SeriesFacts } from './deployments';
import { reachesInto } from './incident-figures';
import { isWithin, type Range } from './intervals';

/** The tag keys that name services, and those that name teams. */
export interface GroupKeys {
  readonly service: readonly string[];
  readonly team: readonly string[];
}

/** The figures of a service or a team. Downtime in milliseconds; shares from 0 to 1. */
export interface GroupFigures {
  /** `value`: one service; `none`: no tag names one; `others`: all further services together. */
  readonly kind: 'value' | 'none' | 'others';
  /** The value of the tag; null for `none` and `others`. */
  readonly name: string | null;
  /** Number of services in this row. */
  readonly values: number;
  /** Incidents that started in the range. */
  readonly incidents: number;
  readonly downMs: number;
  /** As if there were no other incidents; null without data. */
  readonly uptime: number | null;
  readonly deployments: number;
  readonly failed: number;
  /** `failed` / `deployments`; null without deployments. */
  readonly changeFailRate: number | null;
}

/** Incidents and deployments of a group. Some belong to several groups. */
interface Members {
  readonly spans: Span[];
  /** Indexes. */
  readonly deployments: number[];
}

const maxRows = 20;
/** A type `deploy_<project>` names its project. */
const deployForm = /^deploy_(.+)$/s;
const projectKey = 'project';

/** A test of whether a tag names a group. */
export function createGroupTagTest({ service, team }: GroupKeys): (tag: string) => boolean {
  const prefixes = [...service, ...team].map((key) => `${key}=`);
  return (tag) => prefixes.some((prefix) => tag.startsWith(prefix));
}

/**
 * The groups of a range with data, most downtime first; the groups after the twentieth are one row. Empty if no tag
 * names a group.
 */
export function groupFigures(
  keys: readonly string[],
  incidents: readonly Span[],
  { first, last, factsOf, hasFailed }: DeployedRange,
  known: Range,
  coverage: Coverage,
  { excuseOf }: Maintenance,
): GroupFigures[] {
  const groups = new Map<string | null, Members>();
  const valuesOf = createValueReader(keys);
  const membersOf = (name: string | null): Members => {
    const found = groups.get(name) ?? { spans: [], deployments: [] };
    groups.set(name, found);
    return found;
  };
  for (const span of incidents) {
    if (reachesInto(span, known))
      for (const name of valuesOf(span.tags, '')) membersOf(name).spans.push(span);
  }
  // Deployments of one series share their facts.
  const membersOfSeries = new Map<SeriesFacts, readonly Members[]>();
  for (let place = first; place < last; place++) {
    const facts = factsOf(place);
    const members = membersOfSeries.get(facts) ?? valuesOf(facts.tags, facts.type).map(membersOf);
    membersOfSeries.set(facts, members);
    for (const { deployments } of members) deployments.push(place);
  }
  const rowOf = (kind: GroupFigures['kind'], name: string | null, all: readonly Members[]): GroupFigures => {
    const spans = unionOf(all.map((members) => members.spans));
    const deployments = unionOf(all.map((members) => members.deployments));
    const { ms: downMs } = affectedTime(spans, known, excuseOf);
    const failed = deployments.filter(hasFailed).length;
    return {
      kind,
      name,
      values: kind === 'none' ? 0 : all.length,
      incidents: spans.filter(({ begin }) => isWithin(begin, known)).length,
      downMs,
      uptime: shareLeft(downMs, countedMs(coverage)),
      deployments: deployments.length,
      failed,
      changeFailRate: deployments.length === 0 ? null : failed / deployments.length,
    };
  };
  const none = groups.get(null);
  groups.delete(null);
  const rows = Array.from(groups as Map<string, Members>, ([name, members]) =>
    rowOf('value', name, [members]),
  ).sort(byWeight);
  if (rows.length === 0) return [];
  const rest = rows.slice(maxRows).map(({ name }) => groups.get(name) as Members);
  return [
    ...rows.slice(0, maxRows),
    ...(rest.length > 0 ? [rowOf('others', null, rest)] : []),
    ...(none === undefined ? [] : [rowOf('none', null, [none])]),
  ];
}

function unionOf<T>(lists: readonly (readonly T[])[]): readonly T[] {
  return lists.length === 1 ? (lists[0] as readonly T[]) : [...new Set(lists.flat())];
}

function byWeight(one: GroupFigures, other: GroupFigures): number {
  return (
    other.downMs - one.downMs ||
    other.incidents - one.incidents ||
    other.failed - one.failed ||
    other.deployments - one.deployments ||
    ((one.name ?? '') < (other.name ?? '') ? -1 : 1)
  );
}

// All values of the first key that has a tag; the project of a type of deployment, if its key counts; null without any.
function createValueReader(
  keys: readonly string[],
): (tags: readonly string[], type: string) => readonly (string | null)[] {
  const prefixes = keys.map((key) => `${key}=`);
  const hasProjects = keys.includes(projectKey);
  return (tags, type) => {
    for (const prefix of prefixes) {
      const own = tags.filter((tag) => tag.startsWith(prefix) && tag.length > prefix.length);
      if (own.length > 0) return own.map((tag) => tag.slice(prefix.length));
    }
    return [(hasProjects ? deployForm.exec(type)?.[1] : undefined) ?? null];
  };
}
