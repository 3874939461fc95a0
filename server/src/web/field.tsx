// A field of a form, with its error message and its completion list.

import type { FieldProblem } from './filter';

/** The field; `problem` may belong to another field. */
export function Field({
  name,
  label,
  value,
  hint,
  problem,
  kind = 'text',
  isProse = false,
  list,
  complete,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** An example of a value. */
  readonly hint: string;
  readonly problem: FieldProblem | null;
  readonly kind?: 'text' | 'search';
  /** True for sentences, so that the browser checks the spelling. */
  readonly isProse?: boolean;
  /** Id of a list of suggestions. */
  readonly list?: string;
  /** The kind of words that JavaScript completes. */
  readonly complete?: 'types' | 'tags';
}) {
  const message = problem?.field === name ? problem.message : null;
  const problemId = `${name}-problem`;
  return (
    <label class={`field ${name}`}>
      <span class="label">{label}</span>
      <input
        type={kind}
        name={name}
        value={value}
        placeholder={hint}
        autocomplete="off"
        {...(!isProse && { autocapitalize: 'off', spellcheck: false })}
        list={list}
        data-complete={complete}
        {...(message !== null && { 'aria-invalid': true, 'aria-describedby': problemId })}
      />
      {message !== null && (
        <span class="problem" id={problemId} role="alert">
          {message}
        </span>
      )}
    </label>
  );
}

/** A field for several lines of prose; `problem` may belong to another field. */
export function LongField({
  name,
  label,
  value,
  hint,
  rows,
  problem,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly rows: number;
  readonly problem: FieldProblem | null;
}) {
  const message = problem?.field === name ? problem.message : null;
  const problemId = `${name}-problem`;
  return (
    <label class={`field ${name}`}>
      <span class="label">{label}</span>
      {/* HTML removes a line break at the start of a text field. */}
      <textarea
        name={name}
        rows={rows}
        placeholder={hint}
        {...(message !== null && { 'aria-invalid': true, 'aria-describedby': problemId })}
      >
        {`\n${value}`}
      </textarea>
      {message !== null && (
        <span class="problem" id={problemId} role="alert">
          {message}
        </span>
      )}
    </label>
  );
}

/** The list `known-types`, for fields that take types. */
export function KnownTypes({ types }: { readonly types: readonly string[] }) {
  return (
    <datalist id="known-types">
      {types.map((type) => (
        <option key={type} value={type} />
      ))}
    </datalist>
  );
}

/** An error that concerns several fields. */
export function GeneralProblem({ problem }: { readonly problem: FieldProblem | null }) {
  return problem === null || problem.field !== null ? null : (
    <p class="problem" role="alert">
      {problem.message}
    </p>
  );
}
