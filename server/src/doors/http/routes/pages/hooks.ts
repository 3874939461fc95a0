// GET /hooks for browsers.

import type { FastifyInstance } from 'fastify';
import { hooksPage } from '../../../../web/hooks-page';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { forBrowsers } from '../../request/page-constraint';
import { page, route } from '../../request/route-options';
import type { RouteContext } from '../context';
import { hookFactsOf } from '../hooks';

/** Adds the route. */
export function addHooksPage(app: FastifyInstance, { desk }: RouteContext, pages: PageContext): void {
  const showing = {
    constraints: forBrowsers,
    ...route({ id: null, summary: 'The page of hooks', needs: 'read', answers: { 200: page() } }),
  };
  app.get('/hooks', showing, (request, reply) => {
    const hooks = desk.hooks.map((hook) => ({ ...hookFactsOf(hook, desk), last: desk.recordOf(hook).last }));
    return sendPage(request, reply, hooksPage(frameOf(request, pages), hooks));
  });
}
