// Reads the query of lists of spans: what chooses events, and what only spans have. See docs/spans.md.

import type { Severity } from '@anthracite/protocol';
import type { SpanQuery } from '../store/event-store';
import { readEventQuery } from './event-query';
import type { Parameters } from './parameters';

/** The parameters that only spans have, and what each means. */
export const spanParameters = {
  scale: '`incident`, `gain` or `other`; may be repeated',
  severity: '`1` to `4`, the gravest that a span had, or `none`; may be repeated',
  origin: '`self`, `external` or `unknown`; may be repeated',
  state: '`open` for spans that are not over, `over` for those that are',
} as const;

export const scales = ['incident', 'gain', 'other'] as const;
export const severities = ['1', '2', '3', '4', 'none'] as const;
export const origins = ['self', 'external', 'unknown'] as const;
const states = ['open', 'over'] as const;

/** Reads which spans are asked for. Throws a `RequestError`. */
export function readSpanQuery(
  parameters: Parameters,
  now: number,
  defaultOrder: SpanQuery['order'] = 'ascending',
): SpanQuery {
  const state = parameters.choices('state', states);
  return {
    ...readEventQuery(parameters, now, defaultOrder),
    scales: parameters.choices('scale', scales),
    severities: parameters
      .choices('severity', severities)
      .map((name) => (name === 'none' ? null : (Number(name) as Severity))),
    origins: parameters.choices('origin', origins).map((name) => (name === 'unknown' ? null : name)),
    ...(state.length === 1 && { isOpen: state[0] === 'open' }),
  };
}
