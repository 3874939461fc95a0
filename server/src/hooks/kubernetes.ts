// Maps Kubernetes' events as kubernetes-event-exporter sends them. Pure.

import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { isObject, textAt } from './payload';
import { timeAt } from './times';
import { describe, nameWord, typeWord } from './words';

const usual: Readonly<Record<string, readonly string[]>> = {
  Warning: ['OOMKilling', 'NodeNotReady', 'Evicted', 'FailedScheduling', 'BackOff', 'Unhealthy'],
  Normal: ['ScalingReplicaSet', 'SuccessfulRescale', 'NodeReady'],
};

/** Maps an event. When it is repeated, its count and last time move on; its uid and first time stay. */
export function mapKubernetes(request: HookRequest): Mapped {
  const { json, hook } = request;
  const reason = textAt(json, 'reason');
  if (!isObject(json) || reason === '') return misread('the body has no "reason"');
  const type = textAt(json, 'type');
  const wanted = hook.options.events ?? (Object.hasOwn(usual, type) ? usual[type] : undefined) ?? [];
  if (!wanted.includes(reason)) return ignored(`the reason ${nameWord(reason)} is not among the wanted ones`);
  const time = timeAt(json, 'firstTimestamp', 'eventTime', 'metadata.creationTimestamp');
  if (time === null)
    return misread('it has none of "firstTimestamp", "eventTime" and "metadata.creationTimestamp"');
  const namespace = textAt(json, 'involvedObject.namespace');
  const name = textAt(json, 'involvedObject.name');
  const uid = textAt(json, 'metadata.uid');
  return newEvent(request, {
    time,
    type: typeWord('k8s', reason),
    tags: [
      ['kind', textAt(json, 'involvedObject.kind')],
      ['name', name],
      ['namespace', namespace],
      ['cluster', textAt(json, 'clusterName')],
    ],
    description: describe(
      `${[namespace, name].filter(Boolean).join('/')}: ${textAt(json, 'message') || reason}`,
    ),
    key: uid === '' ? null : uid,
  });
}
