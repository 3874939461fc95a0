// The formats that spans are written in, by their names. Pure: a span in, text out.

import { spanToIcs } from './span-ics';
import { spanToJson } from './span-json';
import type { TitledSpan } from './titled-span';

/** A way to write spans as text. `now` is in milliseconds since the epoch: open spans last until then. */
export interface SpanFormatting {
  readonly separator: string;
  item(span: TitledSpan, now: number): string;
  /** True when the marks have their titles, too. */
  readonly takesMarkTitles?: true;
}

export const spanFormats = {
  json: { separator: ',\n', item: (span, now) => JSON.stringify(spanToJson(span, now)) },
  timeline: {
    separator: ',\n',
    item: (span, now) => JSON.stringify({ ...spanToJson(span, now), markTitles: span.markTitles }),
    takesMarkTitles: true,
  },
  ics: { separator: '', item: spanToIcs },
} as const satisfies Record<string, SpanFormatting>;

/** How the spans of a page can be written. */
export type SpanFormat = keyof typeof spanFormats;
