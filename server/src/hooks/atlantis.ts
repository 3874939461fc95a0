// Maps webhooks of Atlantis. Pure. They have no time, and an address with a password, which is not read.

import { type HookRequest, type Mapped, misread } from './hook';
import { newEvent } from './new-event';
import { firstTextAt, scalarAt, textAt, valueAt } from './payload';
import { describe, shortCommit, typeWord } from './words';

const minuteMs = 60_000;

/** Maps a delivery: an apply that succeeded or failed. */
export function mapAtlantis(request: HookRequest): Mapped {
  const { json, hook, now } = request;
  const isGood = valueAt(json, 'Success');
  const name = firstTextAt(json, 'ProjectName', 'Directory', 'Workspace');
  if (typeof isGood !== 'boolean' || name === '')
    return misread('the body has no "Success" or no "ProjectName"');
  const by = firstTextAt(json, 'User.Username', 'Pull.Author');
  const commit = textAt(json, 'Pull.HeadCommit');
  const pull = [textAt(json, 'Repo.FullName'), `#${scalarAt(json, 'Pull.Num')}`].filter(Boolean).join(' ');
  return newEvent(request, {
    time: now,
    type: typeWord('terraform', hook.options.project || name),
    tags: [
      ['status', isGood ? 'applied' : 'failed'],
      ['commit', shortCommit(commit)],
      ['by', by],
    ],
    description: describe(`${name} ${isGood ? 'applied' : 'failed to apply'}${by && ` by ${by}`} (${pull})`, [
      textAt(json, 'Pull.URL'),
    ]),
    // A delivery that is sent again within the minute is known; the same commit may be applied again later.
    key: `${pull} ${name}:${commit}:${isGood}:${Math.floor(now / minuteMs)}`,
  });
}
