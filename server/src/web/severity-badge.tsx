// Severity and failure as words, signs and colour: never as colour alone.

import { isFailureType, parseScale, type Scale, type Severity } from '@anthracite/protocol/browser';

/** How an event or a span is shown: by its scale, or as a failure, which has no scale. */
export type Look = Scale | 'failed';

const names = { incident: 'sev', gain: 'gain' } as const;
/** The sign before the name of a look. */
export const lookSigns = { incident: '▼', gain: '▲', failed: '✕', other: '■' } as const;

/** The severities of incidents and gains, for lists of choices. */
export const severityChoices = [
  ['1', '1: full'],
  ['2', '2: major'],
  ['3', '3: minor'],
  ['4', '4: not noticed by users'],
] as const;

/** The look of a span, or of an event with its scale; its type or stem determines whether it is a failure. */
export function lookOf({ scale, type }: { readonly scale: Scale; readonly type: string }): Look {
  return scale === 'other' && isFailureType(type) ? 'failed' : scale;
}

/** The look of an event, whether it is a mark or not. */
export function lookOfEvent({
  type,
  tags,
}: {
  readonly type: string;
  readonly tags: readonly string[];
}): Look {
  return lookOf({ scale: parseScale(type, tags).scale, type });
}

/** The name of a severity, such as `sev2` or `gain1`, or of the look without a severity. Also the CSS class of its colour. */
export function severityName(look: Look, severity: Severity | null): string {
  return look === 'other' || look === 'failed' || severity === null ? look : `${names[look]}${severity}`;
}

/** A badge of a severity (1 to 4, or null) or of a failure; nothing for the look `other`. */
export function SeverityBadge({
  look,
  severity,
}: {
  readonly look: Look;
  readonly severity: Severity | null;
}) {
  if (look === 'other') return null;
  const level = severityName(look, severity);
  return (
    <span class={`severity-badge ${level}`}>
      <span aria-hidden="true">{lookSigns[look]}</span> {level}
    </span>
  );
}
