// The rows of the table of tags for a series.

import { graphiteTags, parseSeries } from '@anthracite/protocol/core';

/** The type of a series, and its rows in `series_tag`; null when its text is malformed. */
export function tagRowsOf(
  text: string,
): { type: string; rows: readonly (readonly [tag: string, kind: number])[] } | null {
  const parsed = parseSeries(text);
  if (!parsed.ok) return null;
  const { type, tags } = parsed.value;
  const shown = graphiteTags(type, tags).length > tags.length ? [[type, 0] as const] : [];
  return { type, rows: [...shown, ...[...new Set(tags)].map((tag) => [tag, 1] as const)] };
}
