// The change of a figure since the period before: `(-0.79 vs the quarter before)`. An unknown change is a dash.

import type { Changes } from '../../report/previous';
import type { PreviousPart } from '../../report/report';
import { changeText, type Measure } from '../measure';

/** Whether a larger value is better; null if it depends. */
export type Better = 'more' | 'less' | null;

/** The name of the period before: `quarter`, or `period` if it only has the same length. */
export function previousName({ unit }: Pick<PreviousPart, 'unit'>): string {
  return unit ?? 'period';
}

/** A change; `path` is the path of its figure in the report, such as `incidents.downMs`. */
export function Change({
  changes,
  path,
  measure,
  better,
}: {
  readonly changes: Changes;
  readonly path: string;
  readonly measure: Measure;
  readonly better: Better;
}) {
  const change = changeAt(changes, path);
  const name = `previous.changes.${path}`;
  if (change === null) {
    return (
      <span class="unknown" title="unknown" data-figure={name}>
        -
      </span>
    );
  }
  const isBetter = better !== null && change !== 0 && (better === 'more') === change > 0;
  const look = better === null || change === 0 ? 'change' : isBetter ? 'change better' : 'change worse';
  return (
    <data class={look} value={String(change)} data-figure={name}>
      {changeText(change, measure)}
    </data>
  );
}

function changeAt(changes: Changes, path: string): number | null {
  const found = path
    .split('.')
    .reduce<unknown>((part, name) => (part as Readonly<Record<string, unknown>> | null)?.[name], changes);
  return typeof found === 'number' ? found : null;
}
