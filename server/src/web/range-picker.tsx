// The range picker: quick ranges as links, an absolute range, the range as text, and recent ranges. Works without JavaScript.

import { parseTime } from '@anthracite/protocol';
import { fromTheTop, withParameters } from './address';
import { Field } from './field';
import type { FieldProblem } from './filter';
import { HiddenFields } from './hidden-fields';
import { localClock, localDay } from './instant';
import type { Frame } from './layout';
import { quickRangeOf, quickRanges, rangeName, type TypedRange } from './range-names';
import type { TimeRange } from './timeline/bins';

const ownForm = 'absolute-range';
/** Parameters of a range, and of a page in it. */
const replaced = ['from', 'until', 'range', 'after', 'before'];

/** A link to a range without a start. */
export interface WholeRange {
  readonly name: string;
  readonly href: string;
  readonly isShown: boolean;
}

/** The picker. It belongs into a form, which its text fields are part of; `AbsoluteRangeForm` belongs after that form. */
export function RangePicker({
  frame: { self, viewer, now },
  typed,
  shown,
  problem,
  whole = null,
}: {
  readonly frame: Frame;
  /** The texts in the address. */
  readonly typed: TypedRange;
  /** The texts of the range in view, which can be a default. */
  readonly shown: TypedRange;
  readonly problem: FieldProblem | null;
  readonly whole?: WholeRange | null;
}) {
  const { zone } = viewer;
  const range = instantsOf(shown, now, zone);
  const isWrong = problem?.field === 'from' || problem?.field === 'until';
  const current = quickRangeOf(shown);
  const name = whole?.isShown ? whole.name : rangeName(shown, range, zone);
  return (
    <details class="range-picker menu" open={isWrong} data-known={JSON.stringify(quickRanges)}>
      <summary class="button">
        <span class="unseen">Time range: </span>
        <span data-part="picked">{name}</span>
      </summary>
      <div class="menu-body">
        <nav class="quick-ranges" aria-label="Quick ranges">
          {quickRanges.map((quick) => (
            <a
              key={quick.name}
              href={withParameters(self, {
                range: null,
                ...fromTheTop,
                from: quick.from,
                until: quick.until === '' ? null : quick.until,
              })}
              {...(quick === current && !whole?.isShown && { 'aria-current': 'true' })}
            >
              {quick.name}
            </a>
          ))}
          {whole !== null && (
            <a href={whole.href} {...(whole.isShown && { 'aria-current': 'true' })}>
              {whole.name}
            </a>
          )}
        </nav>
        <div class="range-fields">
          <div class="fields">
            <Field
              name="from"
              label="From"
              value={typed.from}
              hint="-24h, 2026-11-25"
              list="known-times"
              problem={problem}
            />
            <Field
              name="until"
              label="Until"
              value={typed.until}
              hint="now"
              list="known-times"
              problem={problem}
            />
            <button class="button" type="submit">
              Apply
            </button>
          </div>
          <fieldset class="fields">
            <legend>Absolute range ({zone})</legend>
            <Moment name="from" label="Start" time={range?.fromMs ?? null} zone={zone} />
            <Moment name="until" label="End" time={range?.untilMs ?? null} zone={zone} />
            <button class="button" type="submit" form={ownForm}>
              Set range
            </button>
          </fieldset>
          <nav id="recent-ranges" aria-label="Recent ranges" hidden />
          <datalist id="known-times">
            {['-1h', '-6h', '-24h', '-7d', '-30d', 'today', 'yesterday', 'monday'].map((time) => (
              <option key={time} value={time} />
            ))}
          </datalist>
        </div>
      </div>
    </details>
  );
}

/** The form of the absolute range. Forms cannot contain forms, so it is not a part of the picker. */
export function AbsoluteRangeForm({ self }: { readonly self: string }) {
  return (
    <form id={ownForm} action={self.split('?', 1)[0]} method="get">
      <HiddenFields address={self} except={replaced} />
    </form>
  );
}

function Moment({
  name,
  label,
  time,
  zone,
}: {
  readonly name: string;
  readonly label: string;
  readonly time: number | null;
  readonly zone: string;
}) {
  return (
    <label class="field">
      <span class="label">{label}</span>
      <input type="datetime-local" name={name} form={ownForm} value={fieldValueOf(time, zone)} required />
    </label>
  );
}

// Browsers accept only years of four digits.
function fieldValueOf(time: number | null, zone: string): string | undefined {
  const day = time === null ? '' : localDay(time, zone);
  return time === null || day.length !== 10 ? undefined : `${day}T${localClock(time, zone).slice(0, 5)}`;
}

function instantsOf({ from, until }: TypedRange, now: number, zone: string): TimeRange | null {
  const [start, end] = [from, until].map((text) => (text === '' ? now : parseTime(text, now, zone)));
  const at = (read: typeof start): number | null =>
    typeof read === 'number' ? read : read?.ok ? read.value : null;
  const [fromMs, untilMs] = [at(start), at(end)];
  return fromMs === null || untilMs === null ? null : { fromMs, untilMs };
}
