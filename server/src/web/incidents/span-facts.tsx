// Facts that all views of a span share: address, duration, problems of its marks.

import {
  type Scale,
  type Span,
  type SpanProblem,
  spanProblems,
  spellDuration,
} from '@anthracite/protocol/core';
import { Figure } from '../figure';

/** The address of a span's page. */
export function spanAddress(id: number): string {
  return `/spans/${id}`;
}

/** The label of the button that ends a span: incidents are resolved, other spans end. */
export function endLabel(scale: Scale): string {
  return scale === 'incident' ? 'Resolve' : 'End';
}

/** The duration of a span, or how long it has been open. */
export function Length({
  span: { begin, end },
  now,
}: {
  readonly span: Pick<Span, 'begin' | 'end'>;
  readonly now: number;
}) {
  if (end !== null) return <Figure value={end - begin} measure="duration" />;
  return (
    <strong class="open">
      open for <Figure value={Math.max(0, now - begin)} measure="duration" />
    </strong>
  );
}

/** The single value that a report counts for a span; null if there is no value. */
export function only(values: readonly number[]): number | null {
  return values[0] ?? null;
}

/** The problems of a span's marks; nothing if there are no problems. */
export function Problems({ problems }: { readonly problems: readonly SpanProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul class="notice odd">
      {problems.map((problem) => (
        <li key={problem}>{spanProblems[problem]}</li>
      ))}
    </ul>
  );
}

/** The distance of an instant from the start of a span: `+10 min`, `-5 min`, `0`. */
export function offsetText(timeMs: number, beginMs: number): string {
  const distance = timeMs - beginMs;
  if (distance === 0) return '0';
  return `${distance < 0 ? '-' : '+'}${spellDuration(Math.abs(distance))}`;
}
