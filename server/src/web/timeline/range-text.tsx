// A time range as text.

import { Instant } from '../instant';
import type { TimeRange } from './bins';

/** Start, end and time zone. */
export function RangeText({ range, zone }: { readonly range: TimeRange; readonly zone: string }) {
  return (
    <>
      <Instant time={range.fromMs} zone={zone} /> to <Instant time={range.untilMs} zone={zone} />{' '}
      <span class="soft">{zone}</span>
    </>
  );
}
