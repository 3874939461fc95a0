// Severities as colours, and as the states by which Grafana colours annotations. Pure.

import type { Scale, Severity } from '@anthracite/protocol';

/** The scale and the severity of an event or a span. */
export interface ScaledSeverity {
  readonly scale: Scale;
  readonly severity: Severity | null;
}

/**
 * Grafana draws annotations in the colour of their query, except annotations with an alert state: `alerting` is red,
 * `pending` yellow, `ok` green, `no_data` grey.
 */
export type AnnotationState = 'alerting' | 'pending' | 'ok' | 'no_data' | '';

const incidentStates: Readonly<Record<Severity, AnnotationState>> = {
  1: 'alerting',
  2: 'alerting',
  3: 'pending',
  4: 'no_data',
};
// The colours of the states of annotations, with two shades of red, so that a severity has one colour everywhere.
const incidentColours: Readonly<Record<Severity, string>> = {
  1: 'dark-red',
  2: 'red',
  3: 'yellow',
  4: 'gray',
};
const gainColour = 'green';
// Failures have no scale. The colour differs from all type colours, in the light and in the dark theme.
const failureColour = '#c026d3';
// Failures that are not incidents, such as puppet_failed; defined in docs/spans.md of the server.
const failureForm = /^(?!(?:deploy|manual)_.).+_failed(?:_start|_detected)?$/s;
// Colours without a meaning of good or bad.
const typeColours = [
  'blue',
  'purple',
  'super-light-blue',
  'dark-purple',
  'dark-blue',
  'light-purple',
  'light-blue',
];
const levelNames: Readonly<Record<Severity, string>> = { 1: 'critical', 2: 'error', 3: 'warning', 4: 'info' };

/**
 * The state for the colour of an annotation; empty: the colour of its query. Incidents of unknown severity are red, failures yellow.
 */
export function annotationState({ scale, severity }: ScaledSeverity, type: string): AnnotationState {
  if (scale === 'gain') return 'ok';
  if (scale === 'incident') return incidentStates[severity ?? 1];
  return failureForm.test(type) ? 'pending' : '';
}

/** A colour name of Grafana's themes: by severity, for failures, or a fixed colour per type. */
export function colourOf({ scale, severity }: ScaledSeverity, type: string): string {
  if (scale === 'gain') return gainColour;
  if (scale === 'incident') return incidentColours[severity ?? 2];
  return failureForm.test(type) ? failureColour : typeColour(type);
}

/** The level of a log line. */
export function logLevel({ scale, severity }: ScaledSeverity, type: string): string {
  if (scale === 'incident') return levelNames[severity ?? 2];
  return scale === 'other' && failureForm.test(type) ? 'warning' : 'info';
}

/** The severity as text: `sev1`, `gain sev3`, or empty. */
export function severityText({ scale, severity }: ScaledSeverity): string {
  return [scale === 'gain' ? 'gain' : '', severity === null ? '' : `sev${severity}`]
    .filter(Boolean)
    .join(' ');
}

function typeColour(type: string): string {
  let hash = 0;
  for (const char of type) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
  return typeColours[hash % typeColours.length] ?? 'blue';
}
