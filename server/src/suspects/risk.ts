// How likely a type of change is to cause a span, after all that followed earlier ones. Pure.
// The method is in docs/suspects.md.

/** What became of earlier changes of a type. */
export interface Record {
  /** How many there were whose time to be followed is over. */
  readonly changes: number;
  /** How many of them a span followed. */
  readonly followed: number;
  /** How many of them one would have followed by chance. */
  readonly expected: number;
}

// Nothing is known of a type: its risk may as well be one in two thousand as one in ten as nearly one. Equal steps of its
// logarithm are equally likely.
const leastRisk = 1 / 2_000;
const greatestRisk = 0.95;
const stepCount = 64;
const greatestChance = 0.98;

const risks = Array.from(
  { length: stepCount },
  (_, step) => leastRisk * (greatestRisk / leastRisk) ** (step / (stepCount - 1)),
);

/** The risk of a type, from 0 to 1, that its record lets one expect. */
export function expectedRisk({ changes, followed, expected }: Record): number {
  const chance = changes === 0 ? 0 : Math.min(greatestChance, expected / changes);
  const logs = risks.map((risk) => {
    // It is followed by what it causes, or by chance.
    const isFollowed = risk + chance - risk * chance;
    return followed * Math.log(isFollowed) + (changes - followed) * Math.log(1 - isFollowed);
  });
  const largest = Math.max(...logs);
  let weights = 0;
  let sum = 0;
  for (const [step, risk] of risks.entries()) {
    const weight = Math.exp((logs[step] as number) - largest);
    weights += weight;
    sum += weight * risk;
  }
  return sum / weights;
}

const unknownRisk = expectedRisk({ changes: 0, followed: 0, expected: 0 });

/**
 * What a record says, in two parts that add up: how much its number alone clears the type, if only chance had followed, and
 * what was followed beyond that. Natural logarithms of ratios; 0 says nothing.
 */
export function weighRecord(record: Record): { readonly rarity: number; readonly history: number } {
  const byChance = expectedRisk({ ...record, followed: record.expected });
  return {
    rarity: Math.log(byChance / unknownRisk),
    history: Math.log(expectedRisk(record) / byChance),
  };
}
