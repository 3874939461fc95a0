// The page of rejected lines: each line with its error and a field to correct it.

import { eventAddress, withParameters } from './address';
import { writeDocument } from './document';
import { distanceText, localText } from './instant';
import { type Frame, Layout } from './layout';

/** A rejected line, as the page shows it. */
export interface RejectShown {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly door: string;
  readonly peer: string;
  readonly code: string;
  readonly message: string;
  /** Bytes that are not text are replaced by U+FFFD. */
  readonly line: string;
  readonly isText: boolean;
  /** The corrected line that was refused, with its error; null if no correction was submitted. */
  readonly retried: { readonly line: string; readonly message: string } | null;
}

/** What the page shows. */
export interface RejectsView {
  /** Newest first. */
  readonly rejects: readonly RejectShown[];
  readonly total: number;
  /** Number of lines that were deleted because of the limit `max-rejects`. */
  readonly forgotten: number;
  /** The id at which the next page starts; null on the last page. */
  readonly next: number | null;
  /** The id of the event that was stored from the corrected line. */
  readonly mended: number | null;
  readonly hasDeleted: boolean;
  /** True for the page of one line, in full. */
  readonly isSingle: boolean;
}

/** Longer lines are shortened in the list; a separate page shows the full line. */
const maxLineChars = 2_000;

/** The page. */
export function rejectsPage(frame: Frame, view: RejectsView): string {
  const { rejects, total, forgotten, next, mended, hasDeleted, isSingle } = view;
  return writeDocument(
    <Layout frame={frame} title="Rejected lines">
      <h1>Rejected lines</h1>
      {mended !== null && (
        <p class="notice" role="status">
          The line was stored as <a href={eventAddress(mended)}>event {mended}</a>.
        </p>
      )}
      {hasDeleted && (
        <p class="notice" role="status">
          The line was deleted.
        </p>
      )}
      <p class="soft">
        {total === 0
          ? 'No rejected lines.'
          : 'These lines are not valid events. Correct and submit them, or delete them.'}
        {forgotten > 0 &&
          ` ${forgotten} older lines were deleted, because the setting max-rejects limits the number of lines.`}
      </p>
      <div class="rejects">
        {rejects.map((reject) => (
          <Reject key={reject.id} reject={reject} frame={frame} isWhole={isSingle} />
        ))}
      </div>
      {isSingle ? (
        <a class="button" href="/rejects">
          Show all rejected lines
        </a>
      ) : (
        total > 0 && (
          <nav class="ending" aria-label="Pagination">
            {next !== null && (
              <a class="button" rel="next" href={withParameters('/rejects', { before: String(next) })}>
                Older
              </a>
            )}
            <span class="soft">
              {rejects.length} of {total}
            </span>
          </nav>
        )
      )}
    </Layout>,
  );
}

function Reject({
  reject,
  frame,
  isWhole,
}: {
  readonly reject: RejectShown;
  readonly frame: Frame;
  readonly isWhole: boolean;
}) {
  const { id, receivedAt, door, peer, code, message, line, isText, retried } = reject;
  const { zone, mayEdit } = frame.viewer;
  const isTruncated = !isWhole && line.length > maxLineChars;
  const whole = isTruncated && (
    <a class="button" href={withParameters('/rejects', { line: String(id) })}>
      Show all {line.length} characters
    </a>
  );
  return (
    <article class="reject card" id={`reject-${id}`}>
      <p class="soft">
        <time datetime={new Date(receivedAt).toISOString()} title={distanceText(receivedAt, frame.now)}>
          {localText(receivedAt, zone)}
        </time>{' '}
        received by {door} from <span class="mono">{peer}</span>
      </p>
      <p class="why">
        <span class="mono">{code}</span> <bdi>{message}</bdi>
        {!isText && (
          <span class="hint">
            Bytes that are not valid text are shown as �. Replace them with the right characters.
          </span>
        )}
      </p>
      {mayEdit && !isTruncated ? (
        <CorrectionForm id={id} line={line} retried={retried} />
      ) : (
        <pre>
          <code>{line.slice(0, maxLineChars)}</code>
        </pre>
      )}
      {whole !== false && <div class="buttons">{whole}</div>}
    </article>
  );
}

function CorrectionForm({ id, line, retried }: Pick<RejectShown, 'id' | 'line' | 'retried'>) {
  const field = `line-${id}`;
  return (
    <form method="post" action={`/rejects/${id}/resubmit`}>
      <label class="hidden-label" for={field}>
        Line {id}
      </label>
      <textarea
        id={field}
        name="line"
        rows={Math.min(8, 1 + Math.ceil(line.length / 110))}
        spellcheck={false}
        {...(retried !== null && { 'aria-invalid': true, 'aria-describedby': `${field}-problem` })}
      >
        {`\n${retried?.line ?? line}`}
      </textarea>
      {retried !== null && (
        <p class="problem" id={`${field}-problem`} role="alert">
          {retried.message}
        </p>
      )}
      <div class="buttons">
        <button class="button main" type="submit">
          Submit again
        </button>
        <button class="button danger" type="submit" formAction={`/rejects/${id}/delete`}>
          Delete
        </button>
      </div>
    </form>
  );
}
