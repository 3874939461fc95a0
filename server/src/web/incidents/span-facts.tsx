// What is told of a span wherever one is shown: its name, how long it lasts, what is odd about its marks.

import { type Span, type SpanProblem, spanProblems, spellDuration } from '@anthracite/protocol/core';
import { Figure } from '../figure';

/** The address of a span's page. */
export function spanAddress(id: number): string {
  return `/spans/${id}`;
}

/** How long it lasted, or that it is open, and for how long. */
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

/** The one value of what a report counts for a span; null where it has none. */
export function only(values: readonly number[]): number | null {
  return values[0] ?? null;
}

/** Everything that is odd about a span's marks, in words; nothing where nothing is. */
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

/** How far an instant is from the begin of a span: `+10 min`, `-5 min`, `0`. */
export function offsetText(timeMs: number, beginMs: number): string {
  const distance = timeMs - beginMs;
  if (distance === 0) return '0';
  return `${distance < 0 ? '-' : '+'}${spellDuration(Math.abs(distance))}`;
}
