// GET /rejects for browsers, and the buttons on that page: submit again, delete. They work without JavaScript.

import { isUtf8 } from 'node:buffer';
import { cutLineEnds } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { StoredReject } from '../../../../storage/event-batch';
import { type RejectShown, type RejectsView, rejectsPage } from '../../../../web/rejects-page';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { parseFormBody } from '../../request/form-body';
import { forBrowsers } from '../../request/page-constraint';
import { text, wholeNumber } from '../../request/parameter-kinds';
import { Parameters } from '../../request/parameters';
import { RequestError } from '../../request/request-error';
import { page, route } from '../../request/route-options';
import type { RouteContext } from '../context';
import { findReject, forgetReject, resubmit } from '../rejects';

type ById = { Params: { id: string } };

const id = (doc: string) => wholeNumber(doc, { min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 });
const parameters = {
  before: id('id after which to continue'),
  line: id('id of the only line to show, in full'),
  mended: id('id of the event that was stored from a line'),
  deleted: text('1: report that a line was deleted'),
};
const entriesAtOnce = 50;
const lostCharacter = '\ufffd';

/** Adds the routes. */
export function addRejectsPage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const { store, clock, settings } = context;
  const showing = {
    constraints: forBrowsers,
    ...route({
      id: null,
      summary: 'The page of rejected lines',
      needs: 'read',
      answers: { 200: page() },
    }),
  };
  app.get('/rejects', showing, async (request, reply) => {
    const given = new Parameters([request.query], clock(), settings['time-zone']);
    const { before, line, mended, deleted } = given.read(parameters);
    const view = await readView(context, before, line);
    const told = { mended: mended || null, hasDeleted: deleted === '1' };
    return sendPage(request, reply, rejectsPage(frameOf(request, pages), { ...view, ...told }));
  });

  const resubmitting = {
    constraints: forBrowsers,
    ...route({
      id: null,
      summary: 'Submits a corrected line again',
      needs: 'edit',
      changesState: true,
      answers: { 303: 'done' },
    }),
  };
  app.post<ById>('/rejects/:id/resubmit', resubmitting, async (request, reply) => {
    const entry = await findReject(store, request.params.id);
    const line = cutLineEnds(parseFormBody(request).text('line'));
    const shown = toShown(entry);
    const refuse = (message: string): Promise<FastifyReply> =>
      showAgain(context, pages, request, reply, { ...shown, retried: { line, message } });
    // Forms change some bytes and line ends: text that equals the text shown is submitted in its original bytes.
    if (line !== asTyped(shown.line)) {
      if (line.includes('\n'))
        return refuse('a line cannot contain a line break; write \\n within a description in quotes');
      if (!shown.isText && line.includes(lostCharacter))
        return refuse(`replace each ${lostCharacter} by the right characters`);
    }
    try {
      const { id } = await resubmit(
        context,
        request,
        entry,
        line === asTyped(shown.line) ? null : Buffer.from(line),
      );
      return reply.redirect(`/rejects?mended=${id}`, 303);
    } catch (error) {
      if (error instanceof RequestError && error.status === 400) return refuse(error.message);
      throw error;
    }
  });

  const deleting = route({
    id: 'submitRejectDeletion',
    summary:
      'Deletes a rejected line when a person presses the button on the page of rejected lines, then redirects to this page',
    needs: 'edit',
    changesState: true,
    answers: { 303: 'the rejected line was deleted', 404: 'rejected line not found' },
  });
  app.post<ById>('/rejects/:id/delete', deleting, async (request, reply) => {
    await forgetReject(store, request.params.id);
    return reply.redirect('/rejects?deleted=1', 303);
  });
}

async function readView({ store }: RouteContext, before: number, line: number): Promise<RejectsView> {
  const isSingle = line !== 0;
  const [page, statistics] = await Promise.all([
    isSingle
      ? findReject(store, String(line)).then((entry) => ({ entries: [entry], nextBefore: null }))
      : store.rejects(entriesAtOnce, before === 0 ? null : before),
    store.statistics(),
  ]);
  return {
    rejects: page.entries.map(toShown),
    total: statistics.rejects,
    forgotten: statistics.rejectsForgotten,
    next: page.nextBefore,
    mended: null,
    hasDeleted: false,
    isSingle,
  };
}

// Shows only this line, with the typed text and its error.
async function showAgain(
  context: RouteContext,
  pages: PageContext,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: RejectShown,
): Promise<FastifyReply> {
  const view = { ...(await readView(context, 0, shown.id)), rejects: [shown] };
  return sendPage(request, reply.code(400), rejectsPage(frameOf(request, pages), view));
}

function toShown(entry: StoredReject): RejectShown {
  const bytes = Buffer.from(entry.line);
  // HTML cannot contain NUL.
  const line = bytes.toString('utf8').replaceAll('\0', lostCharacter);
  return { ...entry, line, isText: isUtf8(bytes) && !bytes.includes(0), retried: null };
}

/** A line as a form returns it when nothing in it was changed. */
function asTyped(line: string): string {
  return cutLineEnds(line.replace(/\r\n?/g, '\n'));
}
