// What tags say: a change that names the same host, environment or project as a span is nearer to it. Pure.

import type { Span } from '@anthracite/protocol/core';
import type { Change } from './change';

/** What the tags of a change and a span have in common. */
export interface SharedTags {
  /** Natural logarithm of a ratio; 0 says nothing. */
  readonly score: number;
  readonly shared: readonly string[];
  /** Tags of the change where the span has others of the same key. */
  readonly different: readonly string[];
}

// Tags that say something of the one event or span, and nothing of the place.
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
  'tool',
]);

/** Of changes that are to blame so many name a place that the span names too, beyond those that do so by chance. */
const namingShare = 0.5;
// Tags go together: a host has one environment. So they say less than each would for itself.
const greatestScore = 4;
const maxListed = 20;
const deployPrefix = 'deploy_';

/** Compares changes with a span, and weighs the tags that they share by how rare these are among changes. */
export class TagComparison {
  readonly #wanted: ReadonlySet<string>;
  readonly #keys: ReadonlySet<string>;
  /** Tag of the span -> what it says where a change has it, too. */
  readonly #scores = new Map<string, number>();

  constructor(span: Span, changes: readonly Change[]) {
    this.#wanted = placesOfSpan(span);
    this.#keys = new Set([...this.#wanted].map(keyOf));
    const counts = this.#countNaming(changes);
    for (const tag of this.#wanted) {
      const count = counts.get(tag) ?? 0;
      // One of each kind more than there are: what never was is rare, and not impossible.
      const share = (count + 1) / (changes.length + 2);
      this.#scores.set(tag, Math.log((share + (1 - share) * namingShare) / share));
    }
  }

  // How many changes name each place of the span. Each is gone through once: both may have thousands of tags.
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

/** The tags of a change that name a place; the project of `deploy_<project>` is one. */
function placesOf({ type, tags }: Change): string[] {
  const places = tags.filter(isPlace);
  const project = projectOf(type);
  return project === null || tags.includes(project) ? places : [...places, project];
}

function projectOf(type: string): string | null {
  return type.startsWith(deployPrefix) ? `project=${type.slice(deployPrefix.length)}` : null;
}

/** Those of a span; `checkout` is the project of `incident_sev2_checkout`. */
function placesOfSpan({ type, tags }: Span): ReadonlySet<string> {
  const places = new Set(tags.filter(isPlace));
  const project = /^(?:incident|outage|gain)(?:_sev[1-4](?=_|$))?_(?!sev[1-4]$)(.+)$/s.exec(type)?.[1];
  if (project !== undefined) places.add(`project=${project}`);
  return places;
}

function isPlace(tag: string): boolean {
  return !ownKeys.has(keyOf(tag));
}

// A word is a key of its own: it is shared or not, and never another.
function keyOf(tag: string): string {
  const end = tag.indexOf('=');
  return end === -1 ? tag : tag.slice(0, end);
}
