// A span as formats are given it.

import type { Span } from '@anthracite/protocol/core';

/** A span with the first line of what it is about, cut with `...` behind 500 characters. */
export interface TitledSpan extends Span {
  readonly title: string;
}
