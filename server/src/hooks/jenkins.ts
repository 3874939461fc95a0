// Maps deliveries of Jenkins' Notification plugin. Pure. Parameters, logs and the address of the repository are never read.

import { createGlobTest } from '@anthracite/protocol/core';
import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { isObject, scalarAt, textAt } from './payload';
import { timeAt } from './times';
import { describe, nameWord, shortCommit, typeWord } from './words';

/** Maps a delivery. A build comes as COMPLETED and as FINALIZED, so only one of them counts. */
export function mapJenkins(request: HookRequest): Mapped {
  const { json, hook } = request;
  const job = textAt(json, 'name');
  if (!isObject(json) || job === '') return misread('the body has no "name" of a job');
  const phase = textAt(json, 'build.phase');
  if (phase !== 'FINALIZED') return ignored(`the phase ${nameWord(phase) || 'unknown'} is not FINALIZED`);
  const status = textAt(json, 'build.status').toLowerCase();
  const project = deployedBy(job, hook.options.deploy);
  const isGood = status === 'success';
  if (project === null && isGood) return ignored('a build that succeeded and deploys nothing is no event');
  const url = textAt(json, 'build.full_url');
  const time = timeAt(json, 'build.timestamp');
  if (time === null) return misread('"build.timestamp" is missing');
  const run = scalarAt(json, 'build.number');
  const stem = project === null ? 'ci' : isGood ? 'deploy' : 'failed_deploy';
  return newEvent(request, {
    time,
    type: typeWord(stem, hook.options.project || (project ?? job)),
    tags: [
      ['conclusion', project === null ? status : ''],
      ['commit', shortCommit(textAt(json, 'build.scm.commit'))],
      ['run', run],
    ],
    description: describe(`${job} #${run} ${status}`, [url]),
    key: url || `${job} ${run}`,
  });
}

// The star of the pattern matches the project: `shop` of `shop-deploy` by `*-deploy`.
function deployedBy(job: string, pattern: string): string | null {
  if (pattern === '' || !createGlobTest(pattern)(job)) return null;
  const [prefix = '', suffix = ''] = pattern.split('*');
  return job.slice(prefix.length, job.length - (pattern.endsWith('*') ? 0 : suffix.length)) || job;
}
