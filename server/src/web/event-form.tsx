// The form to add or edit an event.

import type { Event } from '@anthracite/protocol/browser';
import type { ComponentChildren } from 'preact';
import { DrawnDescription } from './drawn-description';
import { KnownTypes } from './field';
import type { FieldProblem } from './filter';
import { IncidentHelper } from './incident-helper';
import { localClock, localDay } from './instant';

/** The content of the form, as typed. */
export interface EventTyped {
  /** The value of a `datetime-local` field, or any other time expression; empty: now. */
  readonly time: string;
  /** IANA name of the time zone of `time`. */
  readonly zone: string;
  readonly type: string;
  /** Separated by spaces. */
  readonly tags: string;
  readonly description: string;
}

/** The form's content for an event. */
export function shownInForm(event: Event, zone: string): EventTyped {
  const { time, type, tags, description } = event;
  return {
    time: `${localDay(time, zone)}T${localClock(time, zone)}`,
    zone,
    type,
    tags: tags.join(' '),
    description: description.replace(/\r\n?/g, '\n'),
  };
}

/** The form. `children` are shown next to its button. */
export function EventForm({
  action,
  typed,
  problems,
  types,
  submit,
  state,
  spareKey,
  isPreviewed = false,
  children,
}: {
  readonly action: string;
  readonly typed: EventTyped;
  readonly problems: readonly FieldProblem[];
  /** Names of existing types, for completion. */
  readonly types: readonly string[];
  /** The label of the button. */
  readonly submit: string;
  /** The edited event as it was when the form was opened. */
  readonly state?: string;
  /** The key for an incident that the form declares without a key. */
  readonly spareKey?: string;
  readonly isPreviewed?: boolean;
  readonly children?: ComponentChildren;
}) {
  const problemOf = (field: string) => problems.find((one) => one.field === field)?.message ?? null;
  return (
    <form id="event-form" class="event-form" action={action} method="post">
      <input type="hidden" name="zone" value={typed.zone} />
      {spareKey !== undefined && <input type="hidden" name="key" value={spareKey} />}
      {state !== undefined && <input type="hidden" name="state" value={state} />}
      <Problems problems={problems.filter(({ field }) => field === null)} />
      <div class="row">
        <ExplainedField
          name="type"
          label="Type"
          problem={problemOf('type')}
          hint="one word; new types are created automatically"
        >
          <input
            type="text"
            {...named('type', problemOf('type'))}
            value={typed.type}
            placeholder="deploy_website"
            list="known-types"
            data-complete="types"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            required
            maxLength={255}
          />
        </ExplainedField>
        <ExplainedField
          name="time"
          label={`Time (${typed.zone})`}
          problem={problemOf('time')}
          hint={state === undefined ? 'empty: now' : 'a time that you do not change keeps its milliseconds'}
        >
          <TimeInput time={typed.time} problem={problemOf('time')} isRequired={state !== undefined} />
        </ExplainedField>
      </div>
      <ExplainedField
        name="tags"
        label="Tags"
        problem={problemOf('tags')}
        hint="key=value or single words, separated by spaces"
      >
        <input
          type="text"
          {...named('tags', problemOf('tags'))}
          value={typed.tags}
          placeholder="env=prod host=web1"
          data-complete="tags"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
        />
      </ExplainedField>
      <IncidentHelper />
      <ExplainedField
        name="description"
        label="Description"
        problem={problemOf('description')}
        hint="the first line is the title; links, `code`, **bold** and lists are formatted"
      >
        {/* Browsers drop a line break at the start of a text field. */}
        <textarea {...named('description', problemOf('description'))} rows={7} required>
          {`\n${typed.description}`}
        </textarea>
      </ExplainedField>
      <Preview text={typed.description} isShown={isPreviewed} />
      <div class="buttons">
        <button class="button main" type="submit">
          {submit}
        </button>
        <button class="button" type="submit" name="preview" value="1" id="preview-button">
          Preview
        </button>
        {children}
      </div>
      <KnownTypes types={types} />
    </form>
  );
}

/** Errors that concern the whole form. */
export function Problems({ problems }: { readonly problems: readonly FieldProblem[] }) {
  return problems.map(({ message }) => (
    <p key={message} class="notice bad" role="alert">
      {message}
    </p>
  ));
}

function ExplainedField({
  name,
  label,
  hint,
  problem,
  children,
}: {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly problem: string | null;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`field ${name}`}>
      <label for={`field-${name}`}>
        <strong>{label}</strong>
      </label>
      {children}
      <span class="hint" id={`hint-${name}`}>
        {problem === null ? (
          hint
        ) : (
          <span class="problem" role="alert">
            {problem}
          </span>
        )}
      </span>
    </div>
  );
}

/** Attributes that connect an input with its label, its hint and the server. */
function named(name: string, problem: string | null) {
  return {
    id: `field-${name}`,
    name,
    'aria-describedby': `hint-${name}`,
    ...(problem !== null && { 'aria-invalid': true }),
  };
}

// Times that a date and time field cannot hold, such as "-5min" from a link, get a text field.
function TimeInput({
  time,
  problem,
  isRequired,
}: {
  readonly time: string;
  readonly problem: string | null;
  readonly isRequired: boolean;
}) {
  const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(\.\d{1,3})?)?$/.exec(time);
  const isLocal = match !== null || time === '';
  return (
    <input
      type={isLocal ? 'datetime-local' : 'text'}
      {...named('time', problem)}
      value={time}
      required={isRequired}
      {...(isLocal && { step: match?.[1] === undefined ? '1' : '0.001' })}
    />
  );
}

/** The formatted description. */
export function Preview({ text, isShown }: { readonly text: string; readonly isShown: boolean }) {
  return (
    <section id="preview" class="preview" aria-label="Preview" hidden={!isShown}>
      {isShown && <DrawnDescription text={text} />}
    </section>
  );
}
