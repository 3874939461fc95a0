// Warnings for senders about values of an event that are ignored.

import { preview } from '../problem';
import { type MeaningProblem, problemsOfMeaning } from './mark';

/** A warning: a stable code for programs and a sentence for people. */
export interface MeaningWarning {
  readonly code: MeaningProblem;
  readonly warning: string;
}

const none: readonly MeaningWarning[] = [];

/** The warnings for an event with this type and these tags; empty for nearly all events. */
export function warningsOf(type: string, tags: readonly string[]): readonly MeaningWarning[] {
  const problems = problemsOfMeaning(type, tags);
  return problems.length === 0
    ? none
    : problems.map((code) => ({ code, warning: sentenceOf(code, type, tags) }));
}

function sentenceOf(code: MeaningProblem, type: string, tags: readonly string[]): string {
  const tagOf = (key: string): string => preview(tags.find((tag) => tag.startsWith(`${key}=`)) ?? '');
  switch (code) {
    case 'bad_severity':
      return `the severity in the type ${preview(type)} is ignored; expected sev1 to sev4`;
    case 'bad_impact':
      return `the tag ${tagOf('impact')} is ignored; expected a number from 0 to 100`;
    case 'bad_origin':
      return `the tag ${tagOf('origin')} is ignored; expected self or external`;
  }
}
