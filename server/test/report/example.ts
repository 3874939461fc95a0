// The example of docs/report.md: its events, and the figures that a pencil gives.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const text = readFileSync(join(__dirname, '../../../../docs/report.md'), 'utf8');

export const quarter = { fromMs: Date.UTC(2026, 0, 1), untilMs: Date.UTC(2026, 3, 1) };
/** The day on which the report is asked for. */
export const exampleNow = Date.UTC(2026, 3, 15);

/** The events as lines. */
export const exampleLines: readonly string[] = [...text.matchAll(/^ {4}(2026-\S+Z) (.+)$/gm)].map(
  ([, time = '', rest = '']) => `${Date.parse(time) / 1000} ${rest}`,
);

/** Path -> figure, as the table has it. */
export const exampleFigures: readonly (readonly [path: string, value: string])[] = [
  ...text.matchAll(/^\| `((?:incidents|gains|delivery|by\w+)\.[\w.]+)` +\|.*\| (\S.*?) *\|$/gm),
].map(([, path = '', value = '']) => [path, value]);

/** A figure of a report, by its path, as the table writes it. */
export function shownFigure(report: unknown, path: string): string {
  const value = path.split('.').reduce<unknown>((part, name) => {
    if (Array.isArray(part) && !/^\d+$/.test(name)) {
      return (part as { name: string; figures: unknown }[]).find((one) => one.name === name)?.figures;
    }
    return (part as Record<string, unknown> | undefined)?.[name];
  }, report);
  if (typeof value !== 'number') return String(value);
  if (path.endsWith('Ms')) return `${Number((value / 60_000).toFixed(3))} min`;
  if (/(?:ptime|share|Rate)$/.test(path)) return `${(value * 100).toFixed(4)} %`;
  return String(Number(value.toFixed(4)));
}
