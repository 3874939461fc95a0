// What the server answers. Types only; the shapes are those of `docs/http.md`. Times in milliseconds since the epoch.

import type { EventGroup, Scale, Severity, Span, StoredEvent } from '@anthracite/protocol';

/** An event as it is drawn. */
export interface DrawnEvent extends StoredEvent {
  readonly scale: Scale;
  readonly severity: Severity | null;
  /** True when the description is longer than what is here. */
  readonly isCut: boolean;
  readonly group?: EventGroup & { readonly summary: string };
}

/** A span as `GET /spans` has it. */
export interface DrawnSpan extends Omit<Span, 'markCount'> {
  readonly title: string;
  readonly isOpen: boolean;
  /** Until now, where it is open. */
  readonly durationMs: number;
  readonly moreMarks: number;
  /** What the first marks say, each in a line. */
  readonly markTitles: readonly string[];
}

/** `GET /events/timeline`. */
export interface Timeline {
  readonly events: readonly DrawnEvent[];
  readonly eventsTruncated: boolean;
  readonly spans: readonly DrawnSpan[];
  readonly spansTruncated: boolean;
}

/** `GET /events/counts`. */
export interface Counts {
  readonly series: readonly {
    readonly name: string;
    readonly total: number;
    readonly points: readonly (readonly [time: number, count: number])[];
  }[];
  readonly truncated: boolean;
  readonly others?: number;
}

/** Many durations in three numbers; null where there are none. */
export interface Summary {
  readonly count: number;
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

/** The figures of a range. */
export interface Figures {
  readonly incidents: {
    readonly count: number;
    readonly open: number;
    readonly timeToDetect: Summary;
    readonly timeToResolve: Summary;
    readonly timeToRestore: Summary;
    readonly timeBetweenFailures: Summary;
    readonly downMs: number;
    readonly weightedDownMs: number;
    readonly uptime: number | null;
    readonly weightedUptime: number | null;
  };
  readonly gains: { readonly count: number; readonly open: number; readonly gainMs: number };
  readonly delivery: {
    readonly deployments: number;
    readonly deploymentsPerDay: number | null;
    readonly failed: number;
    readonly changeFailureRate: number | null;
    readonly timeToRestore: Summary;
    readonly leadTime: Summary;
  };
}

/** `GET /report`. Times in ISO 8601. */
export interface Report extends Figures {
  readonly from: string;
  readonly until: string;
  readonly byPeriod: readonly (Figures & {
    readonly name: string;
    readonly from: string;
    readonly until: string;
  })[];
}

/** `GET /types`. */
export interface TypeList {
  readonly types: readonly { readonly type: string; readonly count: number }[];
  readonly truncated: boolean;
}

/** `GET /tags`. */
export interface TagList {
  readonly tags: readonly { readonly tag: string; readonly count: number }[];
  readonly truncated: boolean;
}

/** `GET /tags/keys`. */
export interface KeyList {
  readonly keys: readonly string[];
  readonly truncated: boolean;
}

/** `GET /health`. */
export interface Health {
  readonly status: 'ok' | 'failing' | 'stopping';
  readonly version: string;
  readonly error?: string;
}
