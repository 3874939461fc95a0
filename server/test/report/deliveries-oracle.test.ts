// Deployments and their results: the same as a slow check of each single deployment, for any history.

import { pairMarks, type Span } from '@anthracite/protocol';
import fc from 'fast-check';
import type { DeployEvent } from '../../src/report/deployments';
import { createReport } from '../../src/report/report';
import { expectSummary, history, plainInput, sayingMarks, second, weightAt } from './histories';

const minute = 60 * second;
const hour = 60 * minute;

const sharesKey = (key: string, one: readonly string[], other: readonly string[]): boolean => {
  const [own, its] = [one, other].map((tags) => tags.filter((tag) => tag.startsWith(`${key}=`)));
  return own?.length === 0 || its?.length === 0 || (own ?? []).some((tag) => its?.includes(tag));
};

/** Oracle: the deployment that an incident is assigned to, found by checking all of them. */
function causeOf(incident: Span, deploys: readonly DeployEvent[], windowMs: number): DeployEvent | undefined {
  return deploys
    .filter(({ time }) => time <= incident.begin && time >= incident.begin - windowMs)
    .filter(({ tags }) => ['env', 'service'].every((key) => sharesKey(key, tags, incident.tags)))
    .at(-1);
}

const deploys = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 300 }).map((n) => n * minute),
      type: fc.constantFrom('deploy_a', 'deploy_back_end', 'deploy_', 'deployed', 'deploy_c_start'),
      commit: fc.constantFrom('', 'commit_time=0', 'commit_time=9000', 'commit_time=soon', 'commit_time=-60'),
      version: fc.constantFrom('', '', 'version=1', 'version=2', 'version=3'),
      env: fc.constantFrom('', 'env=prod', 'env=dev'),
      service: fc.constantFrom('', 'service=a', 'service=b'),
      exit: fc.constantFrom('', '', '', 'exit=0', 'exit=1', 'failed'),
    }),
    { maxLength: 14 },
  )
  .map((drawn) =>
    drawn
      .map(
        ({ time, type, ...tags }, i): DeployEvent => ({
          id: 1_000 + i,
          time,
          type,
          // With a key it marks a deployment with a duration.
          tags: [...Object.values(tags), type === 'deploy_c_start' ? 'span=c' : ''].filter(
            (tag) => tag !== '',
          ),
        }),
      )
      .toSorted((a, b) => a.time - b.time || a.id - b.id),
  );

/** Oracle: single events of the same lane and version are joined while they are at most 15 minutes apart. */
function putTogether(events: readonly DeployEvent[]) {
  const all: { first: DeployEvent; last: number; lane: string; version: string; tags: string[] }[] = [];
  for (const event of events.filter(({ type }) => /^deploy_(a|back_end)$/.test(type))) {
    const of = (key: string): string => event.tags.find((tag) => tag.startsWith(`${key}=`)) ?? '';
    const lane = [event.type, of('env'), of('service')].join(' ');
    const before = all.filter((one) => one.lane === lane).at(-1);
    // No event here names a host: after another version, or an event without a version, it is a separate deployment.
    const isSame =
      before !== undefined &&
      before.version !== '' &&
      before.version === of('version') &&
      event.time - before.last <= 15 * minute;
    if (isSame) {
      before.last = event.time;
      before.tags.push(...event.tags);
    } else all.push({ first: event, last: event.time, lane, version: of('version'), tags: [...event.tags] });
  }
  return all;
}

test('agrees on deployments, their incidents, aborts, rollbacks, rework and lead times', () => {
  const windows = fc.constantFrom(hour, 5 * minute, 4 * hour);
  fc.assert(
    fc.property(history, deploys, windows, (marks, events, failureWindowMs) => {
      const spread = marks.map((mark) => ({ ...mark, time: mark.time * 150 }));
      const spans = pairMarks(spread);
      const asked = { fromMs: 0, untilMs: 250 * minute };
      const { delivery } = createReport({
        ...plainInput,
        spans,
        deploys: events,
        range: asked,
        failureWindowMs,
      });
      const all = putTogether(events);
      const isIn = ({ first }: { first: DeployEvent }): boolean => first.time < asked.untilMs;
      const blamed: { cause: DeployEvent; incident: Span }[] = [];
      for (const incident of spans.filter(
        ({ scale, origin }) => scale === 'incident' && origin !== 'external',
      )) {
        const saying = sayingMarks(incident, spread);
        if (!incident.levels.some(({ time }) => weightAt(saying, time) > 0)) continue;
        const cause = causeOf(
          incident,
          all.map(({ first }) => first),
          failureWindowMs,
        );
        if (cause !== undefined) blamed.push({ cause, incident });
      }
      const isRollback = all.map(({ lane, version }, i) => {
        const earlier = all.slice(0, i).filter((one) => one.lane === lane);
        const current = earlier.at(-1)?.version ?? '';
        const versions = earlier.map((one) => one.version);
        return (
          version !== '' &&
          current !== '' &&
          version !== current &&
          versions.includes(version) &&
          versions.indexOf(version) < versions.indexOf(current)
        );
      });
      const isAborted = ({ tags }: { tags: readonly string[] }): boolean =>
        tags.includes('exit=1') || tags.includes('failed');
      const isRolledBack = all.map(({ lane }, i) => {
        const next = all.findIndex((one, k) => k > i && one.lane === lane);
        return next !== -1 && isRollback[next] === true;
      });
      const isFailed = all.map(
        (one, i) => isAborted(one) || isRolledBack[i] || blamed.some(({ cause }) => cause === one.first),
      );
      const isRework = all.map(
        (one, i) =>
          isRollback[i] ||
          blamed.some(
            ({ cause, incident }) =>
              all.find(({ first }) => first === cause)?.lane === one.lane &&
              one.first.time > incident.begin &&
              (incident.end === null || one.first.time <= incident.end),
          ),
      );
      const idsOf = (test: (place: number) => unknown): number[] =>
        all.flatMap((one, i) => (isIn(one) && test(i) ? [one.first.id] : []));
      expect(delivery.deploymentIds).toEqual(idsOf(() => true));
      expect(delivery.failedIds).toEqual(idsOf((i) => isFailed[i]));
      expect(delivery.reworkIds).toEqual(idsOf((i) => isRework[i]));
      expect(delivery.aborted).toBe(idsOf((i) => isAborted(all[i] as (typeof all)[number])).length);
      expect(delivery.rollbacks).toBe(idsOf((i) => isRollback[i]).length);
      const within = blamed.filter(({ cause }) => cause.time < asked.untilMs);
      expect(delivery.incidentIds).toEqual(within.map(({ incident }) => incident.id));
      const commits = all.flatMap((one, i) =>
        !isIn(one)
          ? []
          : [...new Set(one.tags.filter((tag) => tag.startsWith('commit')))].map((tag) => ({
              lead: one.first.time - Number(tag.slice(12)) * second,
              isBrought: !isAborted(one) && isRollback[i] !== true,
            })),
      );
      const good = commits.filter(({ lead, isBrought }) => isBrought && lead >= 0);
      expectSummary(
        delivery.changeLeadTime,
        good.map(({ lead }) => lead),
      );
      expect(delivery.commitsLeftOut).toBe(commits.length - good.length);
    }),
    { numRuns: 1_500 },
  );
}, 600_000);
