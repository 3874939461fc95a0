// A figure on a page: as people read it, with its exact value in the markup. One that is not known is a dash.

import { spellDuration } from '@anthracite/protocol/browser';
import { countText, shareText } from './measure';

/** What a figure is of: milliseconds, a share from 0 to 1, or a number. */
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

/** A figure; `name` is the path of the report's figure that it is, such as `incidents.downMs`. */
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
      <span class="unknown" title="not known" {...data}>
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
