// How grave something is, as colours and as the states that Grafana colours annotations by. Pure.

import type { Scale, Severity } from '@anthracite/protocol';

/** What is known of how grave an event or a span is. */
export interface Gravity {
  readonly scale: Scale;
  readonly severity: Severity | null;
}

/**
 * Grafana paints annotations in the colour of their query, but for those with a state of its alerts: `alerting` is red,
 * `pending` yellow, `ok` green, `no_data` grey.
 */
export type AnnotationState = 'alerting' | 'pending' | 'ok' | 'no_data' | '';

const incidentStates: Readonly<Record<Severity, AnnotationState>> = {
  1: 'alerting',
  2: 'alerting',
  3: 'pending',
  4: 'no_data',
};
const incidentColours: Readonly<Record<Severity, string>> = {
  1: 'dark-red',
  2: 'red',
  3: 'orange',
  4: 'semi-dark-yellow',
};
const gainColour = 'green';
// Colours that are neither good nor bad news.
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

/** The state that gives an annotation its colour; empty for the colour of its query. Incidents of unknown severity are red. */
export function annotationState({ scale, severity }: Gravity): AnnotationState {
  if (scale === 'gain') return 'ok';
  return scale === 'incident' ? incidentStates[severity ?? 1] : '';
}

/** A colour, by the name that Grafana's themes know it by: of the severity, or one that a type always has. */
export function colourOf({ scale, severity }: Gravity, type: string): string {
  if (scale === 'gain') return gainColour;
  return scale === 'incident' ? incidentColours[severity ?? 2] : typeColour(type);
}

/** The level of a log line. */
export function logLevel({ scale, severity }: Gravity): string {
  return scale === 'incident' ? levelNames[severity ?? 2] : 'info';
}

/** `sev1`, `gain sev3`, or empty. */
export function gravityText({ scale, severity }: Gravity): string {
  return [scale === 'gain' ? 'gain' : '', severity === null ? '' : `sev${severity}`]
    .filter(Boolean)
    .join(' ');
}

function typeColour(type: string): string {
  let hash = 0;
  for (const char of type) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
  return typeColours[hash % typeColours.length] ?? 'blue';
}
