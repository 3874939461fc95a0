// A field of a form, with what is wrong with what was typed beside it.

import type { FieldProblem } from './filter';

/** The field; `problem` may be that of another. */
export function Field({
  name,
  label,
  value,
  hint,
  problem,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** What might be typed. */
  readonly hint: string;
  readonly problem: FieldProblem | null;
}) {
  const message = problem?.field === name ? problem.message : null;
  return (
    <label class={`field ${name}`}>
      <span class="label">{label}</span>
      <input
        name={name}
        value={value}
        placeholder={hint}
        autocomplete="off"
        {...(message !== null && { 'aria-invalid': true, 'aria-describedby': `${name}-problem` })}
      />
      {message !== null && (
        <span class="problem" id={`${name}-problem`} role="alert">
          {message}
        </span>
      )}
    </label>
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
