// The page of rejected lines: what came, what is wrong with it, and a field in which to mend it.

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
  /** Bytes that are no text stand in it as U+FFFD. */
  readonly line: string;
  readonly isText: boolean;
  /** What was typed in its place, and what is wrong with that; null where nothing was. */
  readonly retried: { readonly line: string; readonly message: string } | null;
}

/** What the page shows. */
export interface RejectsView {
  /** Newest first. */
  readonly rejects: readonly RejectShown[];
  readonly total: number;
  /** Lines that the bounded ledger had to let go. */
  readonly forgotten: number;
  /** Where the list goes on; null at its end. */
  readonly next: number | null;
  /** The event that a mended line has just become. */
  readonly mended: number | null;
  readonly hasDeleted: boolean;
  /** True for one line alone, in full. */
  readonly isSingle: boolean;
}

/** Longer lines are shown cut in the list, and whole on a page of their own. */
const maxLineChars = 2_000;

/** The page. */
export function rejectsPage(frame: Frame, view: RejectsView): string {
  const { rejects, total, forgotten, next, mended, hasDeleted, isSingle } = view;
  return writeDocument(
    <Layout frame={frame} title="Rejected lines">
      <h1>Rejected lines</h1>
      {mended !== null && (
        <p class="notice" role="status">
          The line is stored as <a href={eventAddress(mended)}>event {mended}</a>.
        </p>
      )}
      {hasDeleted && (
        <p class="notice" role="status">
          The line is deleted.
        </p>
      )}
      <p class="soft">
        {total === 0
          ? 'There are none: all that came could be taken.'
          : 'Lines that could not be taken as they came. Mend and submit them, or delete them.'}
        {forgotten > 0 && ` ${forgotten} older ones had to be forgotten; max-rejects says how many are kept.`}
      </p>
      <div class="rejects">
        {rejects.map((reject) => (
          <Reject key={reject.id} reject={reject} frame={frame} isWhole={isSingle} />
        ))}
      </div>
      {isSingle ? (
        <a class="button" href="/rejects">
          All rejected lines
        </a>
      ) : (
        total > 0 && (
          <nav class="ending" aria-label="Pages of the list">
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
  const isCut = !isWhole && line.length > maxLineChars;
  const whole = isCut && (
    <a class="button" href={withParameters('/rejects', { line: String(id) })}>
      All {line.length} characters
    </a>
  );
  return (
    <article class="reject card" id={`reject-${id}`}>
      <p class="soft">
        <time datetime={new Date(receivedAt).toISOString()} title={distanceText(receivedAt, frame.now)}>
          {localText(receivedAt, zone)}
        </time>{' '}
        by {door} from <span class="mono">{peer}</span>
      </p>
      <p class="why">
        <span class="mono">{code}</span> <bdi>{message}</bdi>
        {!isText && (
          <span class="hint">
            Bytes that are no text are shown as �; put the right characters in their place.
          </span>
        )}
      </p>
      {mayEdit && !isCut ? (
        <MendForm id={id} line={line} retried={retried} />
      ) : (
        <pre>
          <code>{line.slice(0, maxLineChars)}</code>
        </pre>
      )}
      {whole !== false && <div class="buttons">{whole}</div>}
    </article>
  );
}

function MendForm({ id, line, retried }: Pick<RejectShown, 'id' | 'line' | 'retried'>) {
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
