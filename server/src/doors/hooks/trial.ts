// Tries a hook on a recorded body: what it would become, without storing anything and without its secret.

import type { Event } from '@anthracite/protocol/core';
import type { Hook, HookHeaders } from '../../hooks/hook';
import { AlertPlanner } from './alert-spans';
import { spanPrefixOf } from './hook-events';
import { receive } from './reception';

/** What a body would become. */
export interface HookTrial {
  readonly events: readonly Event[];
  readonly ignored: readonly string[];
  readonly problems: readonly string[];
}

/** Tries a body. `now` is the time of receipt, in milliseconds since the epoch. */
export function tryHook(hook: Hook, body: Uint8Array, headers: HookHeaders, now: number): HookTrial {
  const open: Hook = { ...hook, secrets: [] };
  const reception = receive(body, {
    ...{ hooks: [open], headers, path: `/hooks/${hook.name}` },
    ...{ hasToken: true, isTrial: true, now },
  });
  if (reception.kind !== 'mapped') {
    const why = reception.kind === 'unreadable' ? reception.why : 'the format of the body is not supported';
    return { events: [], ignored: [], problems: [why] };
  }
  const { events, alerts, ignored, problems } = reception.mapped;
  const planner = new AlertPlanner(new Map(), spanPrefixOf(hook), now);
  if (alerts !== null) planner.message(alerts);
  return { events: [...events, ...planner.plan.events].map(({ event }) => event), ignored, problems };
}
