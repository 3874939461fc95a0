// New events of the demo while it runs, at a faster pace than in reality. Pure: the caller passes the time.

import type { Event } from '@anthracite/protocol';
import { infrastructure, type Project, projects } from './company';
import { manualChange, scaling } from './daily-life';
import { deploy, rollBack } from './deploys';
import { marksOf, unfold } from './incidents';
import { Random } from './random';
import { minuteMs } from './rhythm';
import { chefRollout, puppetCorrection, puppetRollout } from './tool-runs';

const firstNumber = 2_001;
// A rollout takes about one minute, an incident a few minutes.
const hostStepMs = 4_000;
const rolloutMs = minuteMs;
const pace = 0.1;

export class LiveFeed {
  readonly #random: Random;
  readonly #versions = new Map<Project, string>();
  #planned: Event[] = [];
  #incidents = 0;

  constructor(seed: number) {
    this.#random = new Random(seed).fork('live');
  }

  /** New events up to `now`, in milliseconds since the epoch. Call it every few seconds: each call may start something new. */
  next(now: number): Event[] {
    this.#planned.push(...this.#begin(Math.floor(now)));
    const due = this.#planned.filter(({ time }) => time <= now);
    this.#planned = this.#planned.filter(({ time }) => time > now);
    return due.sort((one, other) => one.time - other.time);
  }

  #begin(now: number): Event[] {
    const random = this.#random;
    const dice = random.next();
    if (dice < 0.03) return this.#deploy(now);
    if (dice < 0.06) {
      const project = random.pick(projects);
      const roll = project.tool === 'puppet' ? puppetRollout : chefRollout;
      return roll(random, project, now, rolloutMs);
    }
    if (dice < 0.1) return [manualChange(random, now)];
    if (dice < 0.2) return [scaling(random, now)];
    if (dice < 0.5) return [puppetCorrection(random, random.pick(infrastructure), now)];
    return [];
  }

  #deploy(now: number): Event[] {
    const random = this.#random;
    const project = random.pick(projects);
    const before = this.#versions.get(project) ?? random.hex(7);
    const made = deploy(random, project, now, before, hostStepMs);
    this.#versions.set(project, made.version);
    if (!random.chance(0.25)) return [...made.events];
    this.#versions.set(project, before);
    const trouble = {
      time: now + random.whole(30, 90) * 1_000,
      about: project.name,
      title: random.pick(project.troubles),
      origin: 'self',
      remedy: `rolled back to ${before}`,
      tags: [],
    } as const;
    const incident = unfold(random, trouble, firstNumber + this.#incidents++, pace);
    const undone = rollBack(made, Math.max(incident.detected, incident.resolved - 20_000), before, 'anna');
    return [...made.events, ...marksOf(random, incident), ...undone];
  }
}
