// Lists the formats of spans, by name. Pure: a span in, text out.

import type { Revisions } from './revision';
import { spanToIcs } from './span-ics';
import { spanToDrawing, spanToJson } from './span-json';
import type { TitledSpan } from './titled-span';

/** A format of spans, as text. `now` is in milliseconds since the epoch: open spans last until then. */
export interface SpanFormatting {
  readonly separator: string;
  item(span: TitledSpan, now: number, revisions: Revisions): string;
  /** True when marks need their titles, too. */
  readonly takesMarkTitles?: true;
  /** True when it writes when marks were last changed; otherwise the revisions may be missing. */
  readonly takesRevisions?: true;
}

export const spanFormats = {
  json: { separator: ',\n', item: (span, now) => JSON.stringify(spanToJson(span, now)) },
  timeline: {
    separator: ',\n',
    item: (span, now) => JSON.stringify(spanToDrawing(span, now)),
    takesMarkTitles: true,
  },
  ics: { separator: '', item: spanToIcs, takesRevisions: true },
} as const satisfies Record<string, SpanFormatting>;

/** The formats of a page of spans. */
export type SpanFormat = keyof typeof spanFormats;
