// The examples of docs/report.md: their events and the figures calculated by hand.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const text = readFileSync(join(__dirname, '../../../../docs/report.md'), 'utf8');
const [, first = '', second = '', third = ''] = text.split(
  /^## (?:An example, by hand|A second example: .*|A third example: .*)$/m,
);
const [march = '', february = ''] = third.split(/^\| February /m);

/** An example with its parameters. */
export interface Example {
  readonly range: { readonly fromMs: number; readonly untilMs: number };
  /** The day of the request. */
  readonly now: number;
  /** The events as lines. */
  readonly lines: readonly string[];
  /** Path -> figure, as in the table. */
  readonly figures: readonly (readonly [path: string, value: string])[];
}

/** The first quarter: incidents, gains and deployments. */
export const quarterExample: Example = {
  range: { fromMs: Date.UTC(2026, 0, 1), untilMs: Date.UTC(2026, 3, 1) },
  now: Date.UTC(2026, 3, 15),
  ...readExample(first),
};

/** Two weeks of June: results of deployments, and maintenance that is left out. */
export const juneExample: Example = {
  range: { fromMs: Date.UTC(2026, 5, 1), untilMs: Date.UTC(2026, 5, 15) },
  now: Date.UTC(2026, 5, 20),
  ...readExample(second),
};

/** The targets of the third example. */
export const exampleTargets = ['99.5', 'sev1=99.9'];

/** March of the first example, with its comparison and its error budgets. */
export const marchExample: Example = {
  ...quarterExample,
  range: { fromMs: Date.UTC(2026, 2, 1), untilMs: Date.UTC(2026, 3, 1) },
  figures: readExample(march).figures,
};

/** February of the first example: a part of the month before has no data. */
export const februaryExample: Example = {
  ...quarterExample,
  range: { fromMs: Date.UTC(2026, 1, 1), untilMs: Date.UTC(2026, 2, 1) },
  figures: readExample(february).figures,
};

export const {
  range: quarter,
  now: exampleNow,
  lines: exampleLines,
  figures: exampleFigures,
} = quarterExample;

function readExample(part: string): Pick<Example, 'lines' | 'figures'> {
  return {
    lines: [...part.matchAll(/^ {4}(2026-\S+Z) (.+)$/gm)].map(
      ([, time = '', rest = '']) => `${Date.parse(time) / 1000} ${rest}`,
    ),
    figures: [
      ...part.matchAll(
        /^\| `((?:coverage|incidents|gains|delivery|previous|errorBudgets|by\w+)\.[\w.]+)` +\|.*\| (\S.*?) *\|$/gm,
      ),
    ].map(([, path = '', value = '']) => [path, value] as const),
  };
}

/** A figure of a report by its path, in the format of the table. */
export function shownFigure(report: unknown, path: string): string {
  const value = path.split('.').reduce<unknown>((part, name) => {
    if (Array.isArray(part) && !/^\d+$/.test(name)) {
      const found = (part as { name: string; figures?: unknown }[]).find((one) => one.name === name);
      return found?.figures ?? found;
    }
    return (part as Record<string, unknown> | undefined)?.[name];
  }, report);
  if (typeof value !== 'number') return String(value);
  if (path.endsWith('Ms')) return `${Number((value / 60_000).toFixed(3))} min`;
  if (/(?:ptime|share|Rate|left)$/.test(path)) return `${(value * 100).toFixed(4)} %`;
  return String(Number(value.toFixed(4)));
}
