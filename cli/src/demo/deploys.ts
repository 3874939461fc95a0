// The deployments of the demo: one event a host, with commits and a link in the first. Pure.

import type { Event } from '@anthracite/protocol';
import { environmentTag, type Project, people } from './company';
import type { Random } from './random';
import { hourMs, minuteMs } from './rhythm';

/** A deployment: its events, in order. */
export interface Deployment {
  readonly project: Project;
  readonly time: number;
  readonly version: string;
  readonly events: readonly Event[];
}

/** Deploys a new version, host after host. `stepMs` is the pause between two hosts. */
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

/** Puts the version before back, on all hosts at once. */
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
    description: `roll back to ${before} of ${project.name}, by ${by}\n**${version}** is taken back: see https://git.example.com/${project.name}/commit/${version}`,
  }));
}
