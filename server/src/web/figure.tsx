// A figure on a page: readable, with its exact value in the markup. An unknown figure is a dash.

import { type Measure, measureTexts } from './measure';

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
      {measureTexts[measure](value)}
    </data>
  );
}
