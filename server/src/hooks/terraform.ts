// Maps notifications of HCP Terraform and Terraform Enterprise. Pure.

import { type HookRequest, ignored, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { firstTextAt, isObject, textAt } from './payload';
import { timeAt } from './times';
import { describe, nameWord, typeWord } from './words';

/** Maps a notification. */
export function mapTerraform(request: HookRequest): Mapped {
  const { json, hook } = request;
  if (!isObject(json)) return misread('the body is not a JSON object');
  const trigger = textAt(json, 'notifications.0.trigger');
  const status = textAt(json, 'notifications.0.run_status');
  const run = textAt(json, 'run_id');
  if (run === '') return ignored('it verifies the address');
  const isFailed = trigger === 'run:errored';
  if (!isFailed && !(trigger === 'run:completed' && status === 'applied')) {
    return ignored(
      `${nameWord(trigger) || 'the trigger'} with the status ${nameWord(status) || 'unknown'} changed nothing`,
    );
  }
  const time = timeAt(json, 'notifications.0.run_updated_at', 'run_created_at');
  const workspace = textAt(json, 'workspace_name');
  if (time === null || workspace === '') return misread('"workspace_name" or the time of the run is missing');
  const by = firstTextAt(json, 'notifications.0.run_updated_by', 'run_created_by');
  const why = textAt(json, 'run_message');
  return newEvent(request, {
    time,
    type: typeWord('terraform', hook.options.project || workspace),
    tags: [
      ['status', isFailed ? 'errored' : 'applied'],
      ['by', by],
      ['org', textAt(json, 'organization_name')],
    ],
    description: describe(
      `${workspace} ${isFailed ? 'errored' : 'applied'}${by && ` by ${by}`}${why && `: ${why}`}`,
      [textAt(json, 'run_url')],
    ),
    key: `${run}:${trigger}`,
  });
}
