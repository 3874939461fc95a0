// A range of time in words.

import { Instant } from '../instant';
import type { TimeRange } from './bins';

/** From when to when, and in which time zone. */
export function RangeText({ range, zone }: { readonly range: TimeRange; readonly zone: string }) {
  return (
    <>
      <Instant time={range.fromMs} zone={zone} /> to <Instant time={range.untilMs} zone={zone} />{' '}
      <span class="soft">{zone}</span>
    </>
  );
}
