// How grave or how good something is, in words and colour: never in colour alone.

import type { Scale, Severity } from '@anthracite/protocol/core';

const names = { incident: 'sev', gain: 'gain' } as const;
const signs = { incident: '▼', gain: '▲' } as const;

/** A severity in a word, such as `sev2` or `gain1`; without one it is the scale. It is also the class that paints it. */
export function gradeName(scale: Scale, severity: Severity | null): string {
  return scale === 'other' || severity === null ? scale : `${names[scale]}${severity}`;
}

/** A badge of a severity from 1 to 4, or null, on the scale of incidents or of gains; what is on neither has none. */
export function Grade({ scale, severity }: { readonly scale: Scale; readonly severity: Severity | null }) {
  if (scale === 'other') return null;
  const level = gradeName(scale, severity);
  return (
    <span class={`grade ${level}`}>
      <span aria-hidden="true">{signs[scale]}</span> {level}
    </span>
  );
}
