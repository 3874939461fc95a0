// Defines a span as formats receive it.

import type { Span } from '@anthracite/protocol/core';

/** A span with the first line of its description, shortened to 500 characters and `...`. */
export interface TitledSpan extends Span {
  readonly title: string;
  /** The titles of its first marks, in their order, if requested. */
  readonly markTitles?: readonly string[];
}
