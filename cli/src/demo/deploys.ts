// The deployments of the demo: one event per host; the first one has the commits and a link. Pure.

import type { Event } from '@anthracite/protocol';
import { environmentTag, type Project, people } from './company';
import type { Random } from './random';
import { hourMs, minuteMs } from './rhythm';

/** A deployment and its events, ordered by time. */
export interface Deployment {
  readonly project: Project;
  readonly time: number;
  readonly version: string;
  readonly events: readonly Event[];
}

/** Creates the events of a deployment, host by host. `stepMs` is the time between two hosts, in milliseconds. */
export function deploy(
  random: Random,
  project: Project,
  time: number,
  before: string,
  stepMs: number = random.whole(15, 40) * 1_000,
): Deployment {
  const version = random.hex(7);
  const by = random.pick(people);
  const commits = Array.from({ length: random.whole(1, 5) }, () => {
    const age = Math.min(random.around(5 * hourMs), 96 * hourMs);
    const [subject, author] = [random.pick(project.work), random.pick(people)];
    return { hash: random.hex(7), subject, author, time: Math.floor((time - age - 5 * minuteMs) / 1_000) };
  });
  const link = `https://git.example.com/${project.name}/compare/${before}...${version}`;
  const list = commits.map(({ hash, subject, author }) => `- ${hash} ${subject} (${author})`);
  const title = `release ${version} of ${project.name}, by ${by}`;
  return {
    project,
    time,
    version,
    events: project.hosts.map((host, i) => ({
      time: time + i * stepMs,
      type: `deploy_${project.name}`,
      tags: [
        `version=${version}`,
        `host=${host}`,
        environmentTag,
        ...(i === 0 ? commits.map((commit) => `commit_time=${commit.time}`) : []),
      ],
      description: i === 0 ? [title, link, ...list].join('\n') : title,
    })),
  };
}

/** Creates the events of a rollback to the previous version, on all hosts at nearly the same time. */
export function rollBack(
  { project, version }: Deployment,
  time: number,
  before: string,
  by: string,
): Event[] {
  return project.hosts.map((host, i) => ({
    time: time + i * 2_000,
    type: `deploy_${project.name}`,
    tags: [`version=${before}`, `host=${host}`, environmentTag, 'rollback'],
    description: `roll back ${project.name} to ${before}, by ${by}\nReverts **${version}**: https://git.example.com/${project.name}/commit/${version}`,
  }));
}
