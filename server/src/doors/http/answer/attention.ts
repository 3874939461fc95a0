// Counts what needs attention, for the navigation of pages: open incidents and rejected lines.

import { eventLimits } from '@anthracite/protocol';
import type { FastifyInstance } from 'fastify';
import type { Keyring } from '../../../access/keyring';
import type { EventStore } from '../../../answers/event-store';
import type { TitledSpan } from '../../../formats/titled-span';
import { endAfter } from '../../../query/range-end';
import type { Attention } from '../../../web/layout';
import { wantsPage } from '../request/page-constraint';
import { mayOnPage } from '../security/viewer-rights';

/** Maximum number of open incidents that pages read. */
export const maxOpenIncidents = 100;

/** What needs attention, with the open incidents themselves. */
export interface RequestAttention extends Attention {
  readonly incidents: readonly TitledSpan[];
}

/** The open incidents at an instant, newest first, at most `maxOpenIncidents`. */
async function openIncidents(store: EventStore, now: number): Promise<readonly TitledSpan[]> {
  const range = { fromMs: eventLimits.minTimeMs, untilMs: endAfter(now), order: 'descending' } as const;
  const { spans } = await store.spans(
    { ...range, scales: ['incident'], isOpen: true },
    maxOpenIncidents,
    null,
  );
  return spans;
}

/** Counts for each request of a page by a viewer who may read. */
export function addAttention(
  app: FastifyInstance,
  { store, keyring, clock }: { store: EventStore; keyring: Keyring; clock: () => number },
): void {
  app.decorateRequest('attention', null);
  // A callback: a promise would cost each request a turn of the event loop.
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.method !== 'GET' || !wantsPage(request) || !mayOnPage(request, keyring, 'read')) {
      done();
      return;
    }
    Promise.all([openIncidents(store, clock()), store.rejectCount()]).then(
      ([incidents, rejects]) => {
        request.attention = { openIncidents: incidents.length, rejects, incidents };
        done();
      },
      // A page without these counts is better than none.
      () => done(),
    );
  });
}
