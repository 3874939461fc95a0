// The form in which people write an event: to add one, or to edit one that there is.

import type { Event } from '@anthracite/protocol/browser';
import type { ComponentChildren } from 'preact';
import { DrawnDescription } from './drawn-description';
import { KnownTypes } from './field';
import type { FieldProblem } from './filter';
import { IncidentHelper } from './incident-helper';
import { localClock, localDay } from './instant';

/** What stands in the form, as it was typed. */
export interface EventTyped {
  /** What a `datetime-local` field has, or any other time; empty for now. */
  readonly time: string;
  /** IANA name of the zone in which the time is read. */
  readonly zone: string;
  readonly type: string;
  /** With blanks between them. */
  readonly tags: string;
  readonly description: string;
}

/** An event as the form shows it. */
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

/** The form. `children` stand beside its button. */
export function EventForm({
  action,
  typed,
  problems,
  types,
  submit,
  state,
  isPreviewed = false,
  children,
}: {
  readonly action: string;
  readonly typed: EventTyped;
  readonly problems: readonly FieldProblem[];
  /** Names of types that there are, for completion. */
  readonly types: readonly string[];
  /** What the button says. */
  readonly submit: string;
  /** What the event that is edited was when the form was made. */
  readonly state?: string;
  readonly isPreviewed?: boolean;
  readonly children?: ComponentChildren;
}) {
  const problemOf = (field: string) => problems.find((one) => one.field === field)?.message ?? null;
  return (
    <form id="event-form" class="event-form" action={action} method="post">
      <input type="hidden" name="zone" value={typed.zone} />
      {state !== undefined && <input type="hidden" name="state" value={state} />}
      <Problems problems={problems.filter(({ field }) => field === null)} />
      <div class="row">
        <ExplainedField
          name="type"
          label="Type"
          problem={problemOf('type')}
          hint="a word; a new one is made by its first use"
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
          label={`Time, in ${typed.zone}`}
          problem={problemOf('time')}
          hint={state === undefined ? 'empty for now' : 'left as it is it stays exact, to the millisecond'}
        >
          <TimeInput time={typed.time} problem={problemOf('time')} isRequired={state !== undefined} />
        </ExplainedField>
      </div>
      <ExplainedField
        name="tags"
        label="Tags"
        problem={problemOf('tags')}
        hint="key=value or words, with blanks between them"
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
        hint="the first line is the title; links, `code`, **bold** and lists are drawn"
      >
        {/* Browsers drop a line break at the begin of a text field. */}
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

/** What is wrong with a form as a whole. */
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

/** How an input is known to its label, its hint and the server. */
function named(name: string, problem: string | null) {
  return {
    id: `field-${name}`,
    name,
    'aria-describedby': `hint-${name}`,
    ...(problem !== null && { 'aria-invalid': true }),
  };
}

// What a date and time field cannot hold, such as "-5min" of a link, is typed in one for text.
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

/** The description as it will be drawn. */
export function Preview({ text, isShown }: { readonly text: string; readonly isShown: boolean }) {
  return (
    <section id="preview" class="preview" aria-label="Preview" hidden={!isShown}>
      {isShown && <DrawnDescription text={text} />}
    </section>
  );
}
