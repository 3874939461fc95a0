// Histories in which some types of change cause incidents at a known rate, among noise and random incidents. One seed
// gives one history. The cause of each incident is known, but not part of the input.

import { type Mark, pairMarks, parseMark, type Span } from '@anthracite/protocol';
import type { ChangeEvent } from '../../src/suspects/change';

/** The parameters of a history. Times in minutes, rates per day. */
export interface Difficulty {
  readonly days: number;
  /** Projects whose deployments cause incidents, with the share of those. */
  readonly causes: readonly number[];
  readonly causeDeploysPerDay: number;
  /** The lag from the last host of a change to the incident is log-normal, with this median. */
  readonly medianLag: number;
  /** The standard deviation of the lag's logarithm. */
  readonly lagSpread: number;
  /** Incidents without a cause in the history. */
  readonly chancePerDay: number;
  /** The amount of noise, as a factor of `noise`. */
  readonly noise: number;
  /** The share of incidents that name the host of their cause or, at random, another host. */
  readonly tagged: number;
}

/** An event, with the text of its line. */
export interface HistoryEvent extends ChangeEvent {
  readonly description: string;
}

/** What happened. */
export interface CausedHistory {
  /** In order of time, with increasing ids. Includes the marks of incidents. */
  readonly events: readonly HistoryEvent[];
  readonly spans: readonly Span[];
  /** Id of a span -> ids of the events of the change that caused it. */
  readonly causes: ReadonlyMap<number, ReadonlySet<number>>;
  readonly beginMs: number;
}

/** Numbers from 0 to 1, the same for the same seed. */
export type Random = () => number;

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const minute = 60_000;
const dayMs = 1_440 * minute;
const beginMs = Date.UTC(2026, 0, 1);
const hostCount = 120;
const otherProjects = 24;

interface Draft {
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
  /** The change that the event belongs to; for an incident, its cause. */
  readonly change: string | null;
}

/** Creates a history. */
export function createHistory(difficulty: Difficulty, seed: number): CausedHistory {
  const random = createRandom(seed);
  const maker = new Maker(difficulty, random);
  maker.addNoise();
  maker.addCauses();
  maker.addChance();
  return maker.finish();
}

class Maker {
  readonly #difficulty: Difficulty;
  readonly #random: Random;
  readonly #drafts: Draft[] = [];
  #changes = 0;
  #incidents = 0;

  constructor(difficulty: Difficulty, random: Random) {
    this.#difficulty = difficulty;
    this.#random = random;
  }

  /** Corrections of Puppet and Chef on single hosts, their rollouts, deployments of harmless projects, and manual work. */
  addNoise(): void {
    const { noise } = this.#difficulty;
    for (const time of this.#times(30 * noise, 'always')) this.#change('puppet', time, 1, false);
    for (const time of this.#times(2 * noise, 'work')) this.#change('puppet', time, 12, true);
    for (const time of this.#times(12 * noise, 'always')) this.#change('chef', time, 1, false);
    for (let project = 0; project < otherProjects; project++) {
      // Some are deployed several times a day, some once in two weeks.
      const perDay = (6 * noise) / (project + 1.5);
      for (const time of this.#times(perDay, 'work')) this.#change(`deploy_app${project}`, time, 3, true);
    }
    for (let person = 0; person < 8; person++) {
      for (const time of this.#times(0.3 * noise, 'work')) this.#change(`manual_p${person}`, time, 1, false);
    }
    for (const time of this.#times(1 * noise, 'work')) this.#lastingChange('deploy_batch', time);
  }

  addCauses(): void {
    const { causes, causeDeploysPerDay, medianLag, lagSpread } = this.#difficulty;
    for (const [place, share] of causes.entries()) {
      for (const time of this.#times(causeDeploysPerDay, 'work')) {
        const last = this.#change(`deploy_cause${place}`, time, 3, true);
        if (this.#random() >= share) continue;
        const lag = medianLag * minute * Math.exp(lagSpread * this.#normal());
        this.#incident(last.time + Math.round(lag), last);
      }
    }
  }

  addChance(): void {
    for (const time of this.#times(this.#difficulty.chancePerDay, 'work')) this.#incident(time, null);
  }

  finish(): CausedHistory {
    const drafts = this.#drafts.sort((one, other) => one.time - other.time);
    const events: HistoryEvent[] = [];
    const marks: Mark[] = [];
    const eventsOf = new Map<string, Set<number>>();
    const causeOf = new Map<number, string>();
    for (const [place, { time, type, tags, description, change }] of drafts.entries()) {
      const id = place + 1;
      const meaning = parseMark(type, tags);
      events.push({ id, time, type, tags, description });
      if (meaning !== null) marks.push({ id, time, type, tags, meaning });
      if (change === null) continue;
      if (type.startsWith('incident_')) causeOf.set(id, change);
      else eventsOf.set(change, (eventsOf.get(change) ?? new Set()).add(id));
    }
    const spans = pairMarks(marks);
    const causes = new Map<number, ReadonlySet<number>>();
    for (const { id } of spans) {
      const cause = eventsOf.get(causeOf.get(id) ?? '');
      if (cause !== undefined) causes.set(id, cause);
    }
    return { events, spans, causes, beginMs };
  }

  // Instants of a Poisson process. Most work is done from Monday to Friday, from 9:00 to 18:00.
  #times(perDay: number, when: 'always' | 'work'): number[] {
    const times: number[] = [];
    const total = this.#difficulty.days * dayMs;
    // Working hours are a quarter of the week and have four fifths of the events.
    const most = when === 'work' ? perDay * 3.2 : perDay;
    for (let at = 0; ; ) {
      at += (-Math.log(1 - this.#random()) / most) * dayMs;
      if (at >= total) return times;
      if (when === 'always' || this.#random() < (isWork(beginMs + at) ? 1 : 0.085)) {
        times.push(beginMs + Math.round(at / 1_000) * 1_000);
      }
    }
  }

  /** The same change on several hosts, one at a time. */
  #change(
    type: string,
    time: number,
    hosts: number,
    isVersioned: boolean,
  ): { time: number; host: string; name: string } {
    const name = `${type} ${++this.#changes}`;
    const first = Math.floor(this.#random() * hostCount);
    const env = this.#random() < 0.8 ? 'prod' : 'staging';
    const version = isVersioned ? [`version=v${this.#changes}`] : [];
    let last = time;
    for (let i = 0; i < hosts; i++) {
      const tags = [`host=h${(first + i) % hostCount}`, `env=${env}`, ...version];
      this.#drafts.push({ time: last, type, tags, description: name, change: name });
      if (i < hosts - 1) last += Math.round(this.#random() * 3 * 60) * 1_000;
    }
    return { time: last, host: `host=h${first}`, name };
  }

  #lastingChange(stem: string, time: number): void {
    const name = `${stem} ${++this.#changes}`;
    const tags = ['env=prod', `version=v${this.#changes}`];
    const end = time + Math.round(this.#random() * 1_200) * 1_000;
    this.#drafts.push({ time, type: `${stem}_start`, tags, description: name, change: name });
    this.#drafts.push({ time: end, type: `${stem}_end`, tags, description: name, change: name });
  }

  #incident(time: number, cause: { host: string; name: string } | null): void {
    const { tagged } = this.#difficulty;
    const key = `incident=${++this.#incidents}`;
    const other = `host=h${Math.floor(this.#random() * hostCount)}`;
    const host = this.#random() < tagged ? [cause?.host ?? other] : [];
    const severity = 1 + Math.floor(this.#random() * 4);
    const start = Math.round(time / 1_000) * 1_000;
    const end = start + Math.round(this.#random() * 7_200) * 1_000;
    const change = cause?.name ?? null;
    const what = { description: `incident ${this.#incidents}` };
    this.#drafts.push({
      ...what,
      time: start,
      type: `incident_sev${severity}_start`,
      tags: [key, ...host],
      change,
    });
    this.#drafts.push({
      ...what,
      time: end,
      type: `incident_sev${severity}_resolved`,
      tags: [key],
      change: null,
    });
  }

  // Box-Muller transform.
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}

function isWork(timeMs: number): boolean {
  const date = new Date(timeMs);
  const [day, hour] = [date.getUTCDay(), date.getUTCHours()];
  return day >= 1 && day <= 5 && hour >= 9 && hour < 18;
}
