// Lets users drag over the histogram to set the range of the list.

import { withParameters } from '../../address';
import { listRange } from '../../links';
import type { Bin, TimeRange } from '../../timeline/bins';
import { Brush } from '../timeline/brush';

/** Adds this to the histogram of the page. */
export function addRangeBrush(): void {
  const ground = document.querySelector<HTMLElement>('#histogram .histogram-ground');
  const zone = document.querySelector<HTMLElement>('#events')?.dataset['zone'] ?? 'UTC';
  if (ground === null) return;
  const bins = JSON.parse(ground.dataset['bins'] ?? '[]') as Bin[];
  const range = JSON.parse(ground.dataset['range'] ?? 'null') as TimeRange | null;
  if (range === null) return;
  ground.parentElement?.classList.add('scripted');
  const brush = new Brush({
    ground,
    zone,
    onChosen: (chosen) => {
      const changes = { range: null, after: null, before: null, ...listRange(chosen) };
      location.assign(withParameters(location.pathname + location.search, changes));
    },
  });
  brush.draw(bins, range);
}
