// The form of a report: range, period, filters and counting rules.

import { spellDuration } from '@anthracite/protocol/core';
import { maintenanceModes } from '../../report/coverage';
import type { Range } from '../../report/intervals';
import { reportPeriods } from '../../report/period';
import { withParameters } from '../address';
import { Field, GeneralProblem } from '../field';
import type { FieldProblem } from '../filter';
import { localText } from '../instant';
import type { Frame } from '../layout';
import type { Chosen } from '../links';
import { AbsoluteRangeForm, RangePicker } from '../range-picker';

/** A named range, such as `2026-Q1`. Its texts are values of the parameters. */
export interface RangeChoice {
  readonly name: string;
  readonly from: string;
  readonly until: string;
  /** The range that it gives now: the future is cut off. */
  readonly range: Range;
}

/** The input of a report, as typed. */
export interface AskedRange {
  /** Empty if not given. */
  readonly from: string;
  readonly until: string;
  readonly period: string;
  readonly chosen: Chosen;
  /** The parameters `window` and `maintenance`; empty: the settings apply. */
  readonly counting: Chosen;
  /** The error of the input. */
  readonly problem: FieldProblem | null;
  /** Suggested ranges. */
  readonly choices: readonly RangeChoice[];
  /** The resulting range; null if the input is invalid. */
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

/** The form, with suggested ranges. */
export function RangeForm({ asked, frame }: { readonly asked: AskedRange; readonly frame: Frame }) {
  const { from, until, period, chosen, counting, problem, choices, range, zone } = asked;
  const isChosen = (choice: RangeChoice): boolean =>
    choice.range.fromMs === range?.fromMs && choice.range.untilMs === range.untilMs;
  const isNarrow = [...Object.values(chosen), ...Object.values(counting)].some((values) => values.length > 0);
  return (
    <search>
      {range !== null && (
        <p class="covered">
          <strong>
            {localText(range.fromMs, zone).slice(0, 16)} to {localText(range.untilMs, zone).slice(0, 16)}
          </strong>
          , {spellDuration(range.untilMs - range.fromMs)}, calendar: {zone}
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
              ...counting,
            })}
            {...(isChosen(choice) && { 'aria-current': 'true' })}
          >
            {choice.name}
          </a>
        ))}
      </nav>
      <form class="filter" method="get" action="/report">
        <div class="fields">
          <RangePicker
            frame={frame}
            typed={{ from, until }}
            shown={{ from: from || 'now/Q', until }}
            problem={problem}
          />
          <label class="field">
            <span class="label">Period</span>
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
          <summary>Filters and counting</summary>
          <div class="fields">
            {fields.map((field) => (
              <Field
                key={field.name}
                {...field}
                value={(chosen[field.name] ?? []).join(' ')}
                problem={problem}
              />
            ))}
            <Field
              name="window"
              label="Failure window"
              value={counting['window']?.[0] ?? ''}
              hint="1h, 90min"
              problem={problem}
            />
            <label class="field">
              <span class="label">Maintenance</span>
              <select name="maintenance">
                <option value="">server default</option>
                {maintenanceModes.map((mode) => (
                  <option key={mode} value={mode} selected={mode === counting['maintenance']?.[0]}>
                    {mode}
                  </option>
                ))}
              </select>
            </label>
          </div>
        </details>
        <GeneralProblem problem={problem} />
        {frame.linkedZone !== null && <input type="hidden" name="tz" value={frame.linkedZone} />}
      </form>
      <AbsoluteRangeForm self={frame.self} />
    </search>
  );
}
