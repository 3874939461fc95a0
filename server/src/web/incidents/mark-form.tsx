// Says of an open span that somebody noticed it, or that it is over: one click, a word about how if there is one. Works without scripts.

import { Field, GeneralProblem } from '../field';
import type { FieldProblem } from '../filter';
import { spanAddress } from './span-facts';

/** What was typed. */
export interface MarkTyped {
  readonly text: string;
  /** As it was typed; empty for now. */
  readonly time: string;
}

/** The form of a span's page. */
export function MarkForm({
  id,
  isDetected,
  typed,
  problem,
}: {
  readonly id: number;
  readonly isDetected: boolean;
  readonly typed: MarkTyped;
  readonly problem: FieldProblem | null;
}) {
  return (
    <form class="card mark" method="post" action={`${spanAddress(id)}/mark`}>
      <div class="fields">
        <Field
          name="text"
          label="What happened (may be left out)"
          value={typed.text}
          hint="rolled back to e8e5e4"
          problem={problem}
          isProse
        />
        <Field name="time" label="When" value={typed.time} hint="now; -5min, 10:42" problem={problem} />
        <button class="button main" type="submit" name="mark" value="resolved">
          It is over
        </button>
        {!isDetected && (
          <button class="button" type="submit" name="mark" value="detected">
            It was detected
          </button>
        )}
      </div>
      <GeneralProblem problem={problem} />
    </form>
  );
}

/** The one button of a list. */
export function ResolveButton({ id, title }: { readonly id: number; readonly title: string }) {
  return (
    <form method="post" action={`${spanAddress(id)}/mark`}>
      <button class="button" type="submit" name="mark" value="resolved" aria-label={`It is over: ${title}`}>
        It is over
      </button>
    </form>
  );
}
