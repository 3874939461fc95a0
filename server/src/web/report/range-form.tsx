// The form that says what a report is of: its range, what that is divided by, and which events count.

import { spellDuration } from '@anthracite/protocol/core';
import type { Range } from '../../report/affected-time';
import { reportPeriods } from '../../report/period';
import { withParameters } from '../address';
import { Field, GeneralProblem } from '../field';
import type { FieldProblem } from '../filter';
import { localText } from '../instant';
import type { Chosen } from '../links';

/** A range under a name, such as `2026-Q1`. Its texts are those of the parameters. */
export interface RangeChoice {
  readonly name: string;
  readonly from: string;
  readonly until: string;
}

/** What a report is asked for, as it was typed. */
export interface AskedRange {
  /** Empty where nothing was said. */
  readonly from: string;
  readonly until: string;
  readonly period: string;
  readonly chosen: Chosen;
  /** What is wrong with it. */
  readonly problem: FieldProblem | null;
  /** Ranges that one may want instead. */
  readonly choices: readonly RangeChoice[];
  /** What it comes to; null where it cannot be asked. */
  readonly range: Range | null;
  readonly zone: string;
}

const fields = [
  { name: 'type', label: 'Types', hint: 'incident_* deploy_shop', complete: 'types' },
  { name: 'any', label: 'Any of these tags', hint: 'host=web1 host=web2', complete: 'tags' },
  { name: 'all', label: 'All of these tags', hint: 'env=prod', complete: 'tags' },
  { name: 'none', label: 'None of these tags', hint: 'origin=external', complete: 'tags' },
  { name: 'q', label: 'Text', hint: 'checkout' },
] as const;

/** The form, with the ranges that one may want instead. */
export function RangeForm({ asked }: { readonly asked: AskedRange }) {
  const { from, until, period, chosen, problem, choices, range, zone } = asked;
  const isNarrow = Object.values(chosen).some((values) => values.length > 0);
  return (
    <search>
      {range !== null && (
        <p class="covered">
          <strong>
            {localText(range.fromMs, zone).slice(0, 16)} to {localText(range.untilMs, zone).slice(0, 16)}
          </strong>
          , {spellDuration(range.untilMs - range.fromMs)}, by the calendar of {zone}
        </p>
      )}
      <nav class="ranges" aria-label="Ranges">
        {choices.map((choice) => (
          <a
            key={choice.name}
            href={withParameters('/report', {
              from: choice.from,
              until: choice.until,
              period: period === 'month' ? null : period,
              ...chosen,
            })}
            {...(choice.from === from && choice.until === until && { 'aria-current': 'true' })}
          >
            {choice.name}
          </a>
        ))}
      </nav>
      <form class="filter" method="get" action="/report">
        <div class="fields">
          <Field name="from" label="From" value={from} hint="2026-01-01, -90d" problem={problem} />
          <Field name="until" label="Until" value={until} hint="now" problem={problem} />
          <label class="field">
            <span class="label">By</span>
            <select name="period">
              {reportPeriods.map((name) => (
                <option key={name} value={name} selected={name === period}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button class="button main" type="submit">
            Show
          </button>
        </div>
        <details class="more" open={isNarrow}>
          <summary>Only some events</summary>
          <div class="fields">
            {fields.map((field) => (
              <Field
                key={field.name}
                {...field}
                value={(chosen[field.name] ?? []).join(' ')}
                problem={problem}
              />
            ))}
          </div>
        </details>
        <GeneralProblem problem={problem} />
      </form>
    </search>
  );
}
