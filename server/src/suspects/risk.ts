// How likely a type of change is to cause a span, by how many of its changes were to blame. Pure. The method is in docs/suspects.md.

// Nothing is known of a type: its risk may as well be one in two thousand as one in ten as nearly one. Equal steps of its
// logarithm are equally likely.
const leastRisk = 1 / 2_000;
const greatestRisk = 0.95;
const stepCount = 48;
const risks = Float64Array.from(
  { length: stepCount },
  (_, step) => leastRisk * (greatestRisk / leastRisk) ** (step / (stepCount - 1)),
);
const logs = risks.map(Math.log);
const logsOfNone = risks.map((risk) => Math.log(1 - risk));

/** The risk, from 0 to 1, that one expects of a type of whose changes so many were to blame; neither needs to be whole. */
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

/** The risk of a type of which nothing is known. */
export const unknownRisk = expectedRisk(0, 0);
