// Compares tags: a change that names the same host, environment or project as a span is more suspicious. Pure.

import type { Span } from '@anthracite/protocol/core';
import { projectOfDeploy, projectOfSpan } from '../report/project';
import type { Change } from './change';

/** The tags that a change and a span have in common. */
export interface SharedTags {
  /** Natural logarithm of a ratio; 0 is neutral. */
  readonly score: number;
  readonly shared: readonly string[];
  /** Tags of the change for whose key the span has other values. */
  readonly different: readonly string[];
}

// Keys of tags that describe a single event or span, not a place.
const ownKeys: ReadonlySet<string> = new Set([
  'incident',
  'outage',
  'span',
  'impact',
  'origin',
  'version',
  'commit',
  'commit_time',
  'exit',
  'status',
  'change',
  'reason',
  'failure',
  'repeat',
  'clock',
  'tool',
]);

/** The share of guilty changes that name a place of the span, in addition to chance. */
const namingShare = 0.5;
// Tags are correlated: a host has one environment. So together they count less than their sum.
const greatestScore = 4;
const maxListed = 20;

/** Compares changes with a span, and weighs the shared tags by their rarity among changes. */
export class TagComparison {
  readonly #wanted: ReadonlySet<string>;
  readonly #keys: ReadonlySet<string>;
  /** Tag of the span -> its score when a change has it, too. */
  readonly #scores = new Map<string, number>();
  /** Changes of one series share one array of tags: each is compared once. */
  readonly #compared = new Map<readonly string[], { readonly type: string; readonly shared: SharedTags }>();

  constructor(span: Span, changes: readonly Change[]) {
    this.#wanted = placesOfSpan(span);
    this.#keys = new Set([...this.#wanted].map(keyOf));
    const counts = this.#countNaming(changes);
    for (const tag of this.#wanted) {
      const count = counts.get(tag) ?? 0;
      // One extra change of each kind: a tag that has never occurred is rare, not impossible.
      const share = (count + 1) / (changes.length + 2);
      this.#scores.set(tag, Math.log((share + (1 - share) * namingShare) / share));
    }
  }

  // Counts the changes that name each place of the span. Each is read once: both may have thousands of tags.
  #countNaming(changes: readonly Change[]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { type, tags } of changes) {
      const project = projectOf(type);
      const named = new Set(tags.filter((tag) => this.#wanted.has(tag)));
      if (project !== null && this.#wanted.has(project)) named.add(project);
      for (const tag of named) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    return counts;
  }

  compare(change: Change): SharedTags {
    const known = this.#compared.get(change.tags);
    if (known?.type === change.type) return known.shared;
    const shared = this.#compare(change);
    this.#compared.set(change.tags, { type: change.type, shared });
    return shared;
  }

  #compare(change: Change): SharedTags {
    const places = placesOf(change).filter((tag) => this.#keys.has(keyOf(tag)));
    const shared = places.filter((tag) => this.#wanted.has(tag));
    const sharedKeys = new Set(shared.map(keyOf));
    const different = places.filter((tag) => !sharedKeys.has(keyOf(tag)));
    const sum =
      shared.reduce((total, tag) => total + (this.#scores.get(tag) ?? 0), 0) +
      new Set(different.map(keyOf)).size * Math.log(1 - namingShare);
    return {
      score: Math.max(-greatestScore, Math.min(greatestScore, sum)),
      shared: shared.slice(0, maxListed),
      different: different.slice(0, maxListed),
    };
  }
}

/** The tags of a change that name a place, including the project of `deploy_<project>`. */
function placesOf({ type, tags }: Change): string[] {
  const places = tags.filter(isPlace);
  const project = projectOf(type);
  return project === null || tags.includes(project) ? places : [...places, project];
}

function projectOf(type: string): string | null {
  const project = projectOfDeploy(type);
  return project === null ? null : `project=${project}`;
}

/** The places of a span; `checkout` is the project of `incident_sev2_checkout`. */
function placesOfSpan({ type, tags }: Span): ReadonlySet<string> {
  const places = new Set(tags.filter(isPlace));
  const project = projectOfSpan(type);
  if (project !== null) places.add(`project=${project}`);
  return places;
}

function isPlace(tag: string): boolean {
  return !ownKeys.has(keyOf(tag));
}

// A tag without a value is a key of its own: it is shared or not, but never different.
function keyOf(tag: string): string {
  const end = tag.indexOf('=');
  return end === -1 ? tag : tag.slice(0, end);
}
