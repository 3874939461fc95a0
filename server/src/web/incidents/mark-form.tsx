// The form to mark the detection or the end of an open span, with an optional note. Works without JavaScript.

import type { Scale } from '@anthracite/protocol/core';
import { Field, GeneralProblem } from '../field';
import type { FieldProblem } from '../filter';
import { endLabel, spanAddress } from './span-facts';

/** The content of the form, as typed. */
export interface MarkTyped {
  readonly text: string;
  /** As typed; empty: now. */
  readonly time: string;
}

/** The form of a span's page. */
export function MarkForm({
  id,
  scale,
  isDetected,
  typed,
  problem,
}: {
  readonly id: number;
  readonly scale: Scale;
  readonly isDetected: boolean;
  readonly typed: MarkTyped;
  readonly problem: FieldProblem | null;
}) {
  return (
    <form class="card mark" method="post" action={`${spanAddress(id)}/mark`}>
      <div class="fields">
        <Field
          name="text"
          label="Note (optional)"
          value={typed.text}
          hint="rolled back to e8e5e4"
          problem={problem}
          isProse
        />
        <Field name="time" label="Time" value={typed.time} hint="now, -5min, 10:42" problem={problem} />
        <button class="button main" type="submit" name="mark" value="resolved">
          {endLabel(scale)}
        </button>
        {!isDetected && (
          <button class="button" type="submit" name="mark" value="detected">
            Mark detected
          </button>
        )}
      </div>
      <GeneralProblem problem={problem} />
    </form>
  );
}

/** The button in a list of spans. */
export function ResolveButton({
  id,
  scale,
  title,
}: {
  readonly id: number;
  readonly scale: Scale;
  readonly title: string;
}) {
  const label = endLabel(scale);
  return (
    <form method="post" action={`${spanAddress(id)}/mark`}>
      <button class="button" type="submit" name="mark" value="resolved" aria-label={`${label}: ${title}`}>
        {label}
      </button>
    </form>
  );
}
