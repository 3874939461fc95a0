// A span as formats are given it.

import type { Span } from '@anthracite/protocol/core';

/** A span with the first line of what it is about, cut with `...` behind 500 characters. */
export interface TitledSpan extends Span {
  readonly title: string;
  /** The same of each of its first marks, in their order, where they are asked for. */
  readonly markTitles?: readonly string[];
}
