// The history of the demo company: all its events in a range. Pure: the same seed and range give the same events.

import type { Event } from '@anthracite/protocol';
import { environmentTag, infrastructure, type Project, people, projects } from './company';
import { applauses, backups, flagChanges, manualChanges, misfortunes, scalings } from './daily-life';
import { type Deployment, deploy, rollBack } from './deploys';
import { type Incident, marksOf, type Trouble, unfold } from './incidents';
import { Random } from './random';
import { always, minuteMs, momentsOf, office, type Range } from './rhythm';
import { chefRollout, type Machines, puppetCorrection, puppetFailure, puppetRollout } from './tool-runs';

/** A change, and the trouble that it caused, if any. */
interface Change {
  readonly events: readonly Event[];
  readonly trouble: Trouble | null;
  /** Creates the events of the rollback; null without a rollback. */
  readonly undo: ((incident: Incident) => Event[]) | null;
}

const agentIntervalMs = 25 * minuteMs;
const firstNumber = 1_001;
// One incident is open, so that users of the demo can investigate it.
const openFor = 34 * minuteMs;

/** All events of a range, ordered by time; one incident is still open at its end. */
export function createHistory(seed: number, range: Range): Event[] {
  const random = new Random(seed);
  const changes = [
    ...projects.flatMap((project) => deployments(random.fork(`deploy ${project.name}`), project, range)),
    ...rollouts(random.fork('rollouts'), range),
    ...manualChanges(random.fork('manual'), range).map((event) => single(random, event)),
  ];
  const undone = new Map(changes.flatMap(({ trouble, undo }) => (trouble && undo ? [[trouble, undo]] : [])));
  const troubles = [
    ...changes.flatMap(({ trouble }) => (trouble === null ? [] : [trouble])),
    ...misfortunes(random.fork('misfortunes'), range),
  ].sort((one, other) => one.time - other.time);
  const course = random.fork('incidents');
  const last = lastDeployment(random.fork('open'), range.untilMs, firstNumber + troubles.length);
  const events = [
    ...changes.flatMap((change) => change.events),
    ...troubles.flatMap((trouble, i) => {
      const incident = unfold(course, trouble, firstNumber + i);
      return [...marksOf(course, incident), ...(undone.get(trouble)?.(incident) ?? [])];
    }),
    ...last,
    ...corrections(random.fork('corrections'), range),
    ...flagChanges(random.fork('flags'), range),
    ...scalings(random.fork('scalings'), range),
    ...backups(random.fork('backups'), range),
    ...applauses(random.fork('applause'), range),
  ];
  return events
    .filter(({ time }) => time >= range.fromMs && time <= range.untilMs)
    .sort((one, other) => one.time - other.time);
}

function deployments(random: Random, project: Project, range: Range): Change[] {
  const changes: Change[] = [];
  let version = random.hex(7);
  let freeAt = 0;
  for (const time of momentsOf(random, range, project.perDay, office)) {
    if (time < freeAt) continue;
    const before = version;
    const made = deploy(random, project, time, before);
    const isBad = random.chance(project.risk);
    const isUndone = isBad && random.chance(0.7);
    if (!isUndone) version = made.version;
    changes.push({
      events: made.events,
      trouble: isBad ? troubleOf(random, made, isUndone ? before : null) : null,
      undo: isUndone ? undoOf(random, made, before) : null,
    });
    freeAt = time + (isBad ? 90 : 25) * minuteMs;
  }
  return changes;
}

function troubleOf(random: Random, { project, time, version }: Deployment, backTo: string | null): Trouble {
  return {
    time: time + Math.round(Math.min(random.around(8), 45) * 60) * 1_000,
    about: project.name,
    title: random.pick(project.troubles),
    origin: 'self',
    remedy: backTo === null ? `fixed with a new release after ${version}` : `rolled back to ${backTo}`,
    tags: [environmentTag],
  };
}

function undoOf(random: Random, made: Deployment, before: string): (incident: Incident) => Event[] {
  const by = random.pick(people);
  return ({ resolved, time }) => rollBack(made, Math.max(time + 1_000, resolved - 3 * minuteMs), before, by);
}

function rollouts(random: Random, range: Range): Change[] {
  const machines: readonly (Machines & {
    readonly project: Project | null;
    readonly tool: Project['tool'];
  })[] = [
    ...projects.map((project) => ({ ...project, project })),
    ...infrastructure.map((some) => ({ ...some, project: null, tool: 'puppet' as const })),
  ];
  return machines.flatMap((some) => {
    const roll = some.tool === 'puppet' ? puppetRollout : chefRollout;
    return momentsOf(random, range, 0.6, office).map((time): Change => {
      const events = roll(random, some, time, agentIntervalMs);
      const isBad = random.chance(0.025);
      const about = some.project ?? random.pick(projects);
      return {
        events,
        trouble: isBad
          ? {
              time: time + Math.round(Math.min(random.around(9), 40) * 60) * 1_000,
              about: about.name,
              title: random.pick(about.troubles),
              origin: 'self',
              remedy: `reverted the change of ${some.role}`,
              tags: [`role=${some.role}`, environmentTag],
            }
          : null,
        undo: null,
      };
    });
  });
}

function single(random: Random, event: Event): Change {
  const project = random.pick(projects);
  const trouble: Trouble = {
    time: event.time + Math.round(Math.min(random.around(5), 30) * 60) * 1_000,
    about: project.name,
    title: random.pick(project.troubles),
    origin: 'self',
    remedy: 'reverted the manual change',
    tags: event.tags.filter((tag) => tag.startsWith('host=') || tag === environmentTag),
  };
  return { events: [event], trouble: random.chance(0.012) ? trouble : null, undo: null };
}

function corrections(random: Random, range: Range): Event[] {
  const machines = [...projects.filter(({ tool }) => tool === 'puppet'), ...infrastructure];
  return [
    ...momentsOf(random, range, 60, always).map((time) =>
      puppetCorrection(random, random.pick(machines), time),
    ),
    ...momentsOf(random, range, 2, always).map((time) => puppetFailure(random, random.pick(machines), time)),
  ];
}

// A recent deployment and the incident that it caused, which is still open.
function lastDeployment(random: Random, now: number, number: number): Event[] {
  const [project] = projects as readonly [Project];
  const start = Math.floor((now - openFor) / 1_000) * 1_000;
  const made = deploy(random, project, start - 11 * minuteMs, random.hex(7));
  const trouble: Trouble = {
    time: start,
    about: project.name,
    title: project.troubles[0] ?? '',
    origin: 'self',
    remedy: '',
    tags: [environmentTag],
  };
  const incident: Incident = {
    ...trouble,
    key: `inc-${number}`,
    severity: 3,
    laterSeverity: 2,
    detected: start + 6 * minuteMs,
    resolved: now,
  };
  return [...made.events, ...marksOf(random, incident).slice(0, 2)];
}
