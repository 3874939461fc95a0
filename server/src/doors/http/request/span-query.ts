// Reads the query of lists of spans: the parameters that select events, and those that only spans have. See
// docs/spans.md.

import type { Severity } from '@anthracite/protocol';
import type { EventQuery, SpanQuery } from '../../../query/event-query';
import { type filterParameters, readEventQuery } from './event-query';
import { choices, type ParameterValues } from './parameter-kinds';

export const scales = ['incident', 'gain', 'other'] as const;
export const severities = ['1', '2', '3', '4', 'none'] as const;
export const origins = ['self', 'external', 'unknown'] as const;
const states = ['open', 'over'] as const;

/** The parameters that only spans have. */
export const spanParameters = {
  scale: choices(
    'selects spans of a scale: `incident`, `gain`, or `other` for all other spans; may be repeated',
    scales,
  ),
  severity: choices('selects spans by their highest severity; may be repeated', severities),
  origin: choices('selects spans by origin (who caused them); may be repeated', origins),
  state: choices('selects spans without an end (`open`) or with an end (`over`); may be repeated', states),
};

type SpanValues = ParameterValues<typeof filterParameters & typeof spanParameters>;

/** Reads which spans are selected. Throws a `RequestError`. */
export function readSpanQuery(
  values: SpanValues & { readonly order?: EventQuery['order'] },
  now: number,
): SpanQuery {
  const { state, scale, severity, origin } = values;
  return {
    ...readEventQuery(values, now),
    scales: scale,
    severities: severity.map((name) => (name === 'none' ? null : (Number(name) as Severity))),
    origins: origin.map((name) => (name === 'unknown' ? null : name)),
    ...(state.length === 1 && { isOpen: state[0] === 'open' }),
  };
}
