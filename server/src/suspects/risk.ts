// Estimates how likely a type of change causes a span, from the number of its blamed changes. Pure. The method is
// described in docs/suspects.md.

// Nothing is known of a type in advance: its risk is as likely to be one in two thousand as one in ten or nearly one.
// Equal steps of its logarithm are equally likely.
const leastRisk = 1 / 2_000;
const greatestRisk = 0.95;
const stepCount = 48;
const risks = Float64Array.from(
  { length: stepCount },
  (_, step) => leastRisk * (greatestRisk / leastRisk) ** (step / (stepCount - 1)),
);
const logs = risks.map(Math.log);
const logsOfNone = risks.map((risk) => Math.log(1 - risk));

/**
 * The expected risk of a type, from 0 to 1, given its number of changes and of blamed changes; neither needs to be a
 * whole number.
 */
export function expectedRisk(changes: number, blamed: number): number {
  const harmless = Math.max(0, changes - blamed);
  const likelihoodAt = (step: number): number =>
    blamed * (logs[step] as number) + harmless * (logsOfNone[step] as number);
  let largest = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < stepCount; step++) largest = Math.max(largest, likelihoodAt(step));
  let total = 0;
  let sum = 0;
  for (let step = 0; step < stepCount; step++) {
    const weight = Math.exp(likelihoodAt(step) - largest);
    total += weight;
    sum += weight * (risks[step] as number);
  }
  return sum / total;
}

/** The risk of an unknown type. */
export const unknownRisk = expectedRisk(0, 0);
