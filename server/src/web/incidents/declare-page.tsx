// The page to declare an incident. Works without JavaScript.

import { writeDocument } from '../document';
import { Field, GeneralProblem, LongField } from '../field';
import type { FieldProblem } from '../filter';
import { type Frame, Layout } from '../layout';
import { severityChoices } from '../severity-badge';

/** The content of the form, as typed. */
export interface DeclareTyped {
  readonly title: string;
  readonly severity: string;
  readonly service: string;
  readonly details: string;
  /** Empty: now. */
  readonly time: string;
}

/** What the page shows. */
export interface DeclareView {
  readonly typed: DeclareTyped;
  readonly problem: FieldProblem | null;
  /** The key of the incident that the form declares. */
  readonly key: string;
  /** The id of the incident just declared, for users who cannot read it. */
  readonly declared: number | null;
}

/** The page. */
export function declarePage(frame: Frame, { typed, problem, key, declared }: DeclareView): string {
  return writeDocument(
    <Layout frame={frame} title="Declare an incident">
      <h1>Declare an incident</h1>
      {declared !== null && (
        <p class="notice" role="status">
          Declared: event {declared}.
        </p>
      )}
      <form class="card declare" method="post" action="/declare">
        <input type="hidden" name="key" value={key} />
        <Field
          name="title"
          label="Title"
          value={typed.title}
          hint="card payments are declined"
          problem={problem}
          isProse
        />
        <div class="fields">
          <label class="field severity">
            <span class="label">Severity</span>
            <select name="severity">
              {severityChoices.map(([value, name]) => (
                <option key={value} value={value} selected={value === typed.severity}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <Field
            name="service"
            label="Service (optional)"
            value={typed.service}
            hint="checkout"
            problem={problem}
          />
          <Field name="time" label="Start" value={typed.time} hint="now, -5min, 10:42" problem={problem} />
        </div>
        <LongField
          name="details"
          label="Details (optional)"
          value={typed.details}
          rows={4}
          problem={problem}
        />
        <GeneralProblem problem={problem} />
        <div class="buttons">
          <button class="button main" type="submit">
            Declare
          </button>
          <a class="button" href={frame.viewer.mayRead ? '/spans' : '/add'}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>,
  );
}
