// A report as JSON, with the lists of ids cut where they are long.

import type { Report } from '../report/report';
import { isoInstant } from './instant';

const maxListedIds = 1_000;

/** A report as JSON has it. Ranges are ISO 8601; `truncated` says that a list of ids was cut. */
export function reportToJson(report: Report): Readonly<Record<string, unknown>> {
  const cut = { isCut: false };
  const { fromMs, untilMs, byPeriod, ...figures } = report;
  const body = {
    from: isoInstant(fromMs),
    until: isoInstant(untilMs),
    ...figures,
    byPeriod: byPeriod.map(({ name, fromMs: from, untilMs: until, ...parts }) => ({
      name,
      from: isoInstant(from),
      until: isoInstant(until),
      ...parts,
    })),
  };
  const shown = shorten(body, cut) as Readonly<Record<string, unknown>>;
  return { ...shown, truncated: cut.isCut };
}

function shorten(value: unknown, cut: { isCut: boolean }): unknown {
  if (Array.isArray(value)) {
    const isIds = typeof value[0] === 'number';
    cut.isCut ||= isIds && value.length > maxListedIds;
    return isIds ? value.slice(0, maxListedIds) : value.map((one) => shorten(one, cut));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shorten(one, cut)]));
}
