// Computes the figures of each service, or of each team: those named by a tag of an incident or a deployment. Pure.
// Defined in `docs/report.md`.

import type { Span } from '@anthracite/protocol/core';
import { affectedTime, shareLeft } from './affected-time';
import { type Coverage, countedMs, type Maintenance } from './coverage';
import type { SeriesCount } from './delivery';
import type { SeriesFacts } from './deployments';
import { reachesInto } from './incident-figures';
import { isWithin, type Range } from './intervals';
import { projectOfDeploy, projectOfSpan } from './project';

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
  /** The tag that all its incidents and deployments have; null if several tags, or types, name it. */
  readonly tag: string | null;
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

/** Incidents, and series of deployments, of a group. Some belong to several groups. */
interface Members {
  readonly spans: Span[];
  readonly series: SeriesFacts[];
  /** The tags that name the group; null for the project in a type. */
  readonly tags: Set<string | null>;
}

/** A group that an incident or a deployment belongs to. */
interface Belonging {
  /** Null for none. */
  readonly name: string | null;
  readonly tag: string | null;
}

const maxRows = 20;
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
  deployed: ReadonlyMap<SeriesFacts, SeriesCount>,
  known: Range,
  coverage: Coverage,
  { excuseOf }: Maintenance,
): GroupFigures[] {
  const groups = new Map<string | null, Members>();
  const groupsOf = createGroupReader(keys);
  const membersOf = ({ name, tag }: Belonging): Members => {
    const found = groups.get(name) ?? { spans: [], series: [], tags: new Set() };
    groups.set(name, found);
    found.tags.add(tag);
    return found;
  };
  for (const span of incidents) {
    if (!reachesInto(span, known)) continue;
    for (const group of groupsOf(span.tags, projectOfSpan(span.type))) membersOf(group).spans.push(span);
  }
  for (const series of deployed.keys()) {
    for (const group of groupsOf(series.tags, projectOfDeploy(series.type)))
      membersOf(group).series.push(series);
  }
  const rowOf = (kind: GroupFigures['kind'], name: string | null, all: readonly Members[]): GroupFigures => {
    const spans = unionOf(all.map((members) => members.spans));
    const counts = unionOf(all.map((members) => members.series)).flatMap((one) => deployed.get(one) ?? []);
    const deployments = counts.reduce((sum, count) => sum + count.deployments, 0);
    const failed = counts.reduce((sum, count) => sum + count.failed, 0);
    const { ms: downMs } = affectedTime(spans, known, excuseOf);
    return {
      kind,
      name,
      tag: all.length === 1 && all[0]?.tags.size === 1 ? ([...all[0].tags][0] ?? null) : null,
      values: kind === 'none' ? 0 : all.length,
      incidents: spans.filter(({ begin }) => isWithin(begin, known)).length,
      downMs,
      uptime: shareLeft(downMs, countedMs(coverage)),
      deployments,
      failed,
      changeFailRate: deployments === 0 ? null : failed / deployments,
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

// The groups of all values of the first key that has a tag; otherwise of the project of the type, if its key counts.
function createGroupReader(
  keys: readonly string[],
): (tags: readonly string[], project: string | null) => readonly Belonging[] {
  const prefixes = keys.map((key) => `${key}=`);
  const hasProjects = keys.includes(projectKey);
  return (tags, project) => {
    for (const prefix of prefixes) {
      const own = tags.filter((tag) => tag.startsWith(prefix) && tag.length > prefix.length);
      if (own.length > 0) return own.map((tag) => ({ name: tag.slice(prefix.length), tag }));
    }
    return [{ name: hasProjects ? project : null, tag: null }];
  };
}
