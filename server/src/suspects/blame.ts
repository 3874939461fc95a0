// Distributes the blame for past spans among the changes before each of them: a type that often precedes spans gets
// more, and leaves less for types that are there by chance. Pure. The method is described in docs/suspects.md.

import { firstPlace } from '@anthracite/protocol/core';
import type { Change } from './change';
import { densityAt, type Pace, paces, shareWithin } from './pace';
import { expectedRisk } from './risk';

/** The blame of the changes of a type. */
export interface TypeBlame {
  /** Number of changes, each weighted by the part of its observation time that has passed. */
  readonly changes: number;
  /** Number of spans attributed to them; not a whole number. */
  readonly blamed: number;
  /** Probability of each pace. Adds up to 1. */
  readonly paces: readonly number[];
}

const dayMs = 86_400_000;
const rounds = 12;
const maxSpans = 500;
const firstRisk = 0.05;
// This many blamed spans weigh as much as the prior of the pace.
const paceInertia = 4;

/** A type, while the blame is distributed. */
interface Account {
  readonly changes: readonly Change[];
  readonly count: number;
  risk: number;
  paces: readonly number[];
  /** The blame of this round, by pace. */
  blamed: number[];
}

/**
 * Distributes the blame for spans that started before an instant. `begins` are their starts, in order; if there are
 * very many, only the last count. Changes of a type are in any order, and do not start later than that.
 */
export function shareBlame(
  changes: ReadonlyMap<string, readonly Change[]>,
  begins: readonly number[],
  atMs: number,
): ReadonlyMap<string, TypeBlame> {
  const counted = begins.slice(-maxSpans);
  const accounts = new Map<string, Account>();
  for (const [type, some] of changes) accounts.set(type, openAccount(some, atMs));
  const spans = counted.map((begin) => claimsOn(begin, [...accounts.values()]));
  // At first, most spans are attributed to unknown causes.
  const periodMs = Math.max(dayMs, atMs - (counted[0] ?? atMs));
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

/** The accounts of the changes before a span and, flattened into one array, the sums of their densities by pace. */
interface Claims {
  readonly accounts: readonly Account[];
  readonly densities: Float64Array;
  /** The rate of each account in this round. */
  readonly rates: Float64Array;
}

function openAccount(changes: readonly Change[], atMs: number): Account {
  return {
    changes: [...changes].sort((one, other) => one.begin - other.begin),
    count: sum(changes.map((change) => shareWithin(Math.max(0, atMs - change.end)))),
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
    let place = firstPlace(changes.length, (at) => (changes[at] as Change).begin >= begin - dayMs);
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

// Gives each account its share of a span's blame, and returns the rest, for unknown causes.
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
