// The forms of a span's page: add a note, change the severity, mark the detection or the end, undo, reopen. Work without JavaScript.

import type { Severity } from '@anthracite/protocol/core';
import type { TitledSpan } from '../../formats/titled-span';
import { Field, GeneralProblem, LongField } from '../field';
import type { FieldProblem } from '../filter';
import { severityChoices } from '../severity-badge';
import { endLabel, spanAddress } from './span-facts';

/** The content of the form, as typed. */
export interface MarkTyped {
  readonly text: string;
  /** As typed; empty: now. */
  readonly time: string;
  /** Empty: unchanged. */
  readonly severity: string;
}

/** The current severity of a span. */
export function currentSeverity({ levels }: Pick<TitledSpan, 'levels'>): Severity | null {
  return levels.at(-1)?.severity ?? null;
}

/** True if a span can have notes and changes of its severity: it is an incident or gain with a key. */
export function canHaveUpdates({ key, scale }: Pick<TitledSpan, 'key' | 'scale'>): boolean {
  return key !== null && scale !== 'other';
}

/** The form of a span's page. */
export function SpanActions({
  span,
  mayEdit,
  typed,
  problem,
}: {
  readonly span: TitledSpan;
  readonly mayEdit: boolean;
  readonly typed: MarkTyped;
  readonly problem: FieldProblem | null;
}) {
  const isOpen = span.end === null;
  const hasUpdates = canHaveUpdates(span);
  if (!isOpen && !hasUpdates) return mayEdit ? <Reopen span={span} /> : null;
  return (
    <section class="card mark" id="actions" aria-label="Actions">
      <form method="post" action={`${spanAddress(span.id)}/mark`}>
        <LongField
          name="text"
          label={isOpen ? 'Note (optional)' : 'Note'}
          value={typed.text}
          hint="rolled back to e8e5e4"
          rows={2}
          problem={problem}
        />
        <div class="fields">
          {hasUpdates && <SeverityField span={span} typed={typed} />}
          <Field name="time" label="Time" value={typed.time} hint="now, -5min, 10:42" problem={problem} />
        </div>
        <GeneralProblem problem={problem} />
        <div class="buttons">
          {hasUpdates && (
            <button class="button" type="submit" name="mark" value="update">
              Add note
            </button>
          )}
          {isOpen && span.detected === null && (
            <button class="button" type="submit" name="mark" value="detected">
              Mark detected
            </button>
          )}
          {isOpen && (
            <button class="button main" type="submit" name="mark" value="resolved">
              {endLabel(span.scale)}
            </button>
          )}
        </div>
      </form>
      {!isOpen && mayEdit && <Reopen span={span} />}
    </section>
  );
}

function SeverityField({ span, typed }: { readonly span: TitledSpan; readonly typed: MarkTyped }) {
  const now = currentSeverity(span);
  return (
    <label class="field severity">
      <span class="label">Severity</span>
      <select name="severity">
        <option value="" selected={typed.severity === ''}>
          {now === null ? 'not set' : `stays ${now}`}
        </option>
        {severityChoices
          .filter(([value]) => value !== String(now))
          .map(([value, name]) => (
            <option key={value} value={value} selected={typed.severity === value}>
              {name}
            </option>
          ))}
      </select>
    </label>
  );
}

function Reopen({ span: { id } }: { readonly span: TitledSpan }) {
  return (
    <form class="reopen" method="post" action={`${spanAddress(id)}/reopen`}>
      <button class="button" type="submit">
        Reopen
      </button>{' '}
      <span class="soft">Deletes the end. It stays in the history, where you can restore it.</span>
    </form>
  );
}

/** The button that takes back a mark that was just added. */
export function UndoButton({ id, mark }: { readonly id: number; readonly mark: number }) {
  return (
    <form class="undo" method="post" action={`${spanAddress(id)}/undo`}>
      <button class="button" type="submit" name="event" value={mark}>
        Undo
      </button>
    </form>
  );
}

/** The link in a list of spans to the form that resolves a span. */
export function ResolveLink({ id, scale, title }: Pick<TitledSpan, 'id' | 'scale' | 'title'>) {
  const label = endLabel(scale);
  return (
    <a class="button" href={`${spanAddress(id)}#actions`} aria-label={`${label}: ${title}`}>
      {label}
    </a>
  );
}
