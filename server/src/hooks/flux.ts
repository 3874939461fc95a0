// Maps events of Flux's notification controller. Pure.

import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { isObject, objectAt, scalarText, textAt } from './payload';
import { timeAt } from './times';
import { describe, nameWord, shortCommit, typeWord } from './words';

/** Maps an event. */
export function mapFlux(request: HookRequest): Mapped {
  const { json, hook } = request;
  const name = textAt(json, 'involvedObject.name');
  if (!isObject(json) || name === '') return misread('the body has no "involvedObject.name"');
  const reason = textAt(json, 'reason');
  const isFailed = textAt(json, 'severity') === 'error';
  if (!isFailed && !/(?<!Test)Succeeded$/.test(reason))
    return ignored(`the reason ${nameWord(reason)} is not a deployment`);
  const time = timeAt(json, 'timestamp');
  if (time === null) return misread('"timestamp" is missing');
  // The key of the revision starts with the name of the controller.
  const revision = Object.entries(objectAt(json, 'metadata'))
    .filter(([key]) => key === 'revision' || key.endsWith('/revision'))
    .map(([, value]) => scalarText(value))
    .find((value) => value !== '');
  const commit = /[0-9a-f]{12,64}$/i.exec(revision ?? '')?.[0] ?? '';
  const shown = (revision ?? '').replace(commit, shortCommit(commit));
  const namespace = textAt(json, 'involvedObject.namespace');
  const verb = isFailed ? 'failed to reconcile' : 'reconciled';
  return newEvent(request, {
    time,
    type: typeWord(isFailed ? 'failed_deploy' : 'deploy', hook.options.project || name),
    tags: [
      ['namespace', namespace],
      ['kind', textAt(json, 'involvedObject.kind')],
      ['commit', shortCommit(commit)],
      ['version', commit === '' ? (revision ?? '') : ''],
    ],
    description: describe(`${name} ${verb}${shown && ` to ${shown}`}`, [], textAt(json, 'message')),
    key: `${namespace}/${name}:${revision ?? time}:${reason}`,
  });
}
