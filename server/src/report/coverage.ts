// Computes which part of a range has data, and which part of that counts. Pure. Defined in `docs/report.md`.

import type { Span } from '@anthracite/protocol/core';
import type { Excuse } from './affected-time';
import { clip, lengthOf, overlapOf, type Range, unite } from './intervals';
import { liesIn, nameOfPlace, type Place, placeFrom } from './places';

/** The part of a range on which the figures are based. */
export interface Coverage {
  /** Start of the data; null when the range has none. */
  readonly fromMs: number | null;
  /** Time with data. */
  readonly knownMs: number;
  /** The part of that time left out as maintenance. */
  readonly maintenanceMs: number;
  /** Maintenance windows in the range that are ignored: their start or their end is not marked. */
  readonly maintenanceIgnored: number;
}

/** Maintenance that is left out. */
export interface Maintenance {
  /** Windows with neither `env` nor `service`, united: time in which nothing counts. */
  readonly everywhere: readonly Range[];
  /** The time in which one span does not count. */
  readonly excuseOf: Excuse;
  /** Windows without a start or an end. */
  readonly ignored: readonly Span[];
}

/** How down time in maintenance windows is treated. */
export const maintenanceModes = ['count', 'exclude'] as const;

const maintenanceForm = /^maintenance(?:_|$)/;

/** Whether a span is a maintenance window: its stem is `maintenance`, or starts with `maintenance_`. */
export function isMaintenance({ type }: Pick<Span, 'type'>): boolean {
  return maintenanceForm.test(type);
}

/** Nothing is left out. */
export const noMaintenance: Maintenance = { everywhere: [], excuseOf: () => [], ignored: [] };

/**
 * Reads maintenance windows, with their tags. A window without `env` and `service` is left out for everything; any
 * other window for the spans in its place.
 */
export function readMaintenance(windows: readonly Span[]): Maintenance {
  const everywhere: Range[] = [];
  const somewhere = new Map<string, { readonly place: Place; readonly ranges: Range[] }>();
  const ignored: Span[] = [];
  for (const window of windows) {
    const { start, end, tags, problems } = window;
    if (start === null || end === null || problems.includes('end_before_start')) {
      ignored.push(window);
      continue;
    }
    const range = { fromMs: start, untilMs: end };
    const place = placeFrom(tags);
    const name = nameOfPlace(place);
    if (name === '') everywhere.push(range);
    else if (somewhere.has(name)) somewhere.get(name)?.ranges.push(range);
    else somewhere.set(name, { place, ranges: [range] });
  }
  const united = unite(everywhere);
  return { everywhere: united, excuseOf: createExcuse(united, [...somewhere.values()]), ignored };
}

function createExcuse(
  everywhere: readonly Range[],
  somewhere: readonly { readonly place: Place; readonly ranges: readonly Range[] }[],
): Excuse {
  if (somewhere.length === 0) return () => everywhere;
  // Incidents of the same place are excused at the same times.
  const known = new Map<string, readonly Range[]>();
  return ({ tags }) => {
    const place = placeFrom(tags);
    const name = nameOfPlace(place);
    const found = known.get(name);
    if (found !== undefined) return found;
    const own = somewhere.filter((window) => liesIn(place, window.place)).flatMap(({ ranges }) => ranges);
    const excused = own.length === 0 ? everywhere : unite([...everywhere, ...own]);
    known.set(name, excused);
    return excused;
  };
}

/** The part of a range from the start of the data on; empty when the data starts later, or if none exists. */
export function knownPart(range: Range, dataFromMs: number | null): Range {
  return clip({ fromMs: dataFromMs ?? Number.POSITIVE_INFINITY, untilMs: range.untilMs }, range);
}

/** The time that counts: the time with data, without excluded maintenance. */
export function countedMs({ knownMs, maintenanceMs }: Pick<Coverage, 'knownMs' | 'maintenanceMs'>): number {
  return knownMs - maintenanceMs;
}

/** The coverage of a part, as `knownPart` returns it. */
export function coverageOf(known: Range, { everywhere, ignored }: Maintenance): Coverage {
  const knownMs = lengthOf(known);
  return {
    fromMs: knownMs === 0 ? null : known.fromMs,
    knownMs,
    maintenanceMs: overlapOf(known, everywhere),
    maintenanceIgnored: ignored.filter(
      ({ begin, end }) => begin < known.untilMs && (end ?? Number.POSITIVE_INFINITY) >= known.fromMs,
    ).length,
  };
}
