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
  'impact',
  'origin',
  'version',
  'commit_time',
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

/** Counts tags of changes, and weighs those that are shared by how rare they are. */
export class TagWeights {
  readonly #counts = new Map<string, number>();
  readonly #total: number;

  constructor(changes: readonly Change[]) {
    this.#total = changes.length;
    for (const change of changes) {
      for (const tag of placesOf(change)) this.#counts.set(tag, (this.#counts.get(tag) ?? 0) + 1);
    }
  }

  /** Compares a change with a span. */
  compare(change: Change, span: Span): SharedTags {
    const wanted = placesOfSpan(span);
    const keys = new Set([...wanted].map(keyOf));
    const places = placesOf(change);
    const shared = places.filter((tag) => wanted.has(tag));
    const sharedKeys = new Set(shared.map(keyOf));
    const different = places.filter((tag) => keys.has(keyOf(tag)) && !sharedKeys.has(keyOf(tag)));
    const scores = shared.map((tag) => {
      const share = this.#shareOf(tag);
      return Math.log((share + (1 - share) * namingShare) / share);
    });
    const sum =
      scores.reduce((total, score) => total + score, 0) +
      new Set(different.map(keyOf)).size * Math.log(1 - namingShare);
    return {
      score: Math.max(-greatestScore, Math.min(greatestScore, sum)),
      shared: shared.slice(0, maxListed),
      different: different.slice(0, maxListed),
    };
  }

  // One of each kind more than there are: what never was is rare, and not impossible.
  #shareOf(tag: string): number {
    return ((this.#counts.get(tag) ?? 0) + 1) / (this.#total + 2);
  }
}

/** The tags of a change that name a place; the project of `deploy_<project>` is one. */
function placesOf({ type, tags }: Change): string[] {
  const places = new Set([...tags].filter(isPlace));
  const project = /^deploy_(.+)$/s.exec(type)?.[1];
  if (project !== undefined) places.add(`project=${project}`);
  return [...places];
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
