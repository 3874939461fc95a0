// A figure on a page: readable, with its exact value in the markup. An unknown figure is a dash.

import { spellDuration } from '@anthracite/protocol/browser';
import { countText, shareText } from './measure';

/** The unit of a figure: milliseconds, a share from 0 to 1, or a number. */
export type Measure = 'duration' | 'share' | 'count';

const texts: Readonly<Record<Measure, (value: number) => string>> = {
  duration: spellDuration,
  share: shareText,
  count: countText,
};
const exactly: Readonly<Record<Measure, (value: number) => string>> = {
  duration: (value) => `${value} ms`,
  share: (value) => String(value),
  count: (value) => String(value),
};

/** A figure; `name` is its path in the report, such as `incidents.downMs`. */
export function Figure({
  value,
  measure,
  name,
}: {
  readonly value: number | null;
  readonly measure: Measure;
  readonly name?: string;
}) {
  const data = name === undefined ? {} : { 'data-figure': name };
  if (value === null) {
    return (
      <span class="unknown" title="unknown" {...data}>
        -
      </span>
    );
  }
  return (
    <data value={String(value)} title={exactly[measure](value)} {...data}>
      {texts[measure](value)}
    </data>
  );
}
