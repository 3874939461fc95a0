// Shares out the blame for the spans of the past among the changes before each of them: whoever is often near when something breaks
// gets more, and leaves less for those that only happened to be near, too. Pure. The method is in docs/suspects.md.

import type { Change } from './change';
import { densityAt, type Pace, paces, shareWithin } from './pace';
import { expectedRisk } from './risk';

/** What the changes of a type are to blame for. */
export interface TypeBlame {
  /** How many changes there were, each as far as it has had its time. */
  readonly changes: number;
  /** How many spans are put down to them; not a whole number. */
  readonly blamed: number;
  /** By pace, how likely it is theirs. Adds up to 1. */
  readonly paces: readonly number[];
}

const dayMs = 86_400_000;
const rounds = 12;
const maxSpans = 500;
const firstRisk = 0.05;
// So many blamed spans weigh as much as what was believed of the pace before.
const paceInertia = 4;

/** A type, as the blame is shared out. */
interface Account {
  readonly changes: readonly Change[];
  readonly count: number;
  risk: number;
  paces: readonly number[];
  /** The blame of this round, by pace. */
  blamed: number[];
}

/**
 * Shares out the blame for spans that began before an instant. `begins` are theirs, in order; of very many the last count.
 * Changes of a type are in any order, and begin no later than that.
 */
export function shareBlame(
  changes: ReadonlyMap<string, readonly Change[]>,
  begins: readonly number[],
  untilMs: number,
): ReadonlyMap<string, TypeBlame> {
  const counted = begins.slice(-maxSpans);
  const accounts = new Map<string, Account>();
  for (const [type, some] of changes) accounts.set(type, openAccount(some, untilMs));
  const spans = counted.map((begin) => claimsOn(begin, [...accounts.values()]));
  // Most of them are down to nothing that is known here, at first.
  const periodMs = Math.max(dayMs, untilMs - (counted[0] ?? untilMs));
  let background = Math.max(1, counted.length) / periodMs;
  for (let round = 0; round < rounds; round++) {
    for (const account of accounts.values()) account.blamed = paces.map(() => 0);
    let unexplained = 0;
    for (const claims of spans) unexplained += shareOut(claims, background);
    background = Math.max(1, unexplained) / periodMs;
    for (const account of accounts.values()) settle(account);
  }
  return new Map(
    Array.from(accounts, ([type, { count, blamed, paces: own }]): [string, TypeBlame] => [
      type,
      { changes: count, blamed: sum(blamed), paces: own },
    ]),
  );
}

/** The accounts of the changes before a span, and, for each one behind the other, the sums of their densities by pace. */
interface Claims {
  readonly accounts: readonly Account[];
  readonly densities: Float64Array;
  /** What each comes to in this round. */
  readonly rates: Float64Array;
}

function openAccount(changes: readonly Change[], untilMs: number): Account {
  return {
    changes: [...changes].sort((one, other) => one.begin - other.begin),
    count: sum(changes.map((change) => shareWithin(Math.max(0, untilMs - change.end)))),
    risk: firstRisk,
    paces: paces.map(({ prior }) => prior),
    blamed: paces.map(() => 0),
  };
}

function claimsOn(begin: number, all: readonly Account[]): Claims {
  const accounts: Account[] = [];
  const densities: number[] = [];
  for (const account of all) {
    const { changes } = account;
    const sums = paces.map(() => 0);
    let place = placeOf(begin - dayMs, changes);
    const first = place;
    for (
      let change = changes[place];
      change !== undefined && change.begin <= begin;
      change = changes[++place]
    ) {
      const lagMs = Math.max(0, begin - change.end);
      for (let p = 0; p < paces.length; p++) {
        sums[p] = (sums[p] as number) + densityAt(paces[p] as Pace, lagMs);
      }
    }
    if (place === first) continue;
    accounts.push(account);
    densities.push(...sums);
  }
  return { accounts, densities: Float64Array.from(densities), rates: new Float64Array(densities.length) };
}

// Gives each its share of a span's blame, and returns what is left for what is not known.
function shareOut({ accounts, densities, rates }: Claims, background: number): number {
  let total = background;
  let place = 0;
  for (const { risk, paces: likely } of accounts) {
    for (let p = 0; p < paces.length; p++, place++) {
      const rate = risk * (likely[p] as number) * (densities[place] as number);
      rates[place] = rate;
      total += rate;
    }
  }
  place = 0;
  for (const { blamed } of accounts) {
    for (let p = 0; p < paces.length; p++, place++) {
      blamed[p] = (blamed[p] as number) + (rates[place] as number) / total;
    }
  }
  return background / total;
}

function settle(account: Account): void {
  const blamed = sum(account.blamed);
  account.risk = expectedRisk(account.count, blamed);
  account.paces = paces.map(
    ({ prior }, p) => (prior * paceInertia + (account.blamed[p] as number)) / (paceInertia + blamed),
  );
}

// The place of the first change that begins at an instant or behind it.
function placeOf(timeMs: number, changes: readonly Change[]): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle] as Change).begin < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
