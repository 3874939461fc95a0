// A field of a form, with what is wrong with what was typed beside it, and the names that it can be completed with.

import type { FieldProblem } from './filter';

/** The field; `problem` may be that of another. */
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
  /** What might be typed. */
  readonly hint: string;
  readonly problem: FieldProblem | null;
  readonly kind?: 'text' | 'search';
  /** True where sentences are typed, whose spelling the browser may look after. */
  readonly isProse?: boolean;
  /** Id of a list of what might be chosen. */
  readonly list?: string;
  /** What the browser's script completes words with. */
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

/** What is wrong with none of the fields alone. */
export function GeneralProblem({ problem }: { readonly problem: FieldProblem | null }) {
  return problem === null || problem.field !== null ? null : (
    <p class="problem" role="alert">
      {problem.message}
    </p>
  );
}
