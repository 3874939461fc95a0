// GET /rejects for browsers, and the buttons on it: submit again, delete. They work without scripts.

import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LedgerEntry } from '../../../store/event-store';
import { type RejectShown, type RejectsView, rejectsPage } from '../../../web/rejects-page';
import { parseFormBody } from '../../form-body';
import { frameOf, type PageContext, sendPage } from '../../page-answer';
import { forBrowsers } from '../../page-constraint';
import { Parameters } from '../../parameters';
import { RequestError } from '../../request-error';
import { route } from '../../route-options';
import type { RouteContext } from '../context';
import { findReject, forgetReject, resubmit } from '../rejects';

type ById = { Params: { id: string } };

const entriesAtOnce = 50;
const lostCharacter = '\ufffd';

/** Adds the routes. */
export function addRejectsPage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const { store, clock, settings } = context;
  const showing = {
    constraints: forBrowsers,
    ...route({
      summary: 'The page of rejected lines',
      needs: 'read',
      query: {
        before: 'go on behind a page',
        line: 'the id of one line, which is shown alone and whole',
        mended: 'the id of the event that a line has become',
        deleted: '1: a line was deleted',
      },
      isHidden: true,
    }),
  };
  app.get('/rejects', showing, async (request, reply) => {
    const parameters = new Parameters([request.query], clock(), settings['time-zone']);
    const id = (name: string): number => parameters.whole(name, 0, 0, Number.MAX_SAFE_INTEGER);
    const view = await readView(context, id('before'), id('line'));
    const told = { mended: id('mended') || null, hasDeleted: parameters.last('deleted') === '1' };
    return sendPage(request, reply, rejectsPage(frameOf(request, pages), { ...view, ...told }));
  });

  const resubmitting = {
    constraints: forBrowsers,
    ...route({ summary: 'Tries a mended line', needs: 'edit', changesState: true, isHidden: true }),
  };
  app.post<ById>('/rejects/:id/resubmit', resubmitting, async (request, reply) => {
    const entry = await findReject(store, request.params.id);
    const line = parseFormBody(request).text('line').replace(/\n+$/, '');
    const shown = toShown(entry);
    const refuse = (message: string): Promise<FastifyReply> =>
      showAgain(context, pages, request, reply, { ...shown, retried: { line, message } });
    // Forms know neither all bytes nor all line ends: what is as it was shown is tried as it came.
    if (line !== asTyped(shown.line)) {
      if (line.includes('\n'))
        return refuse('a line has no line break; write \\n within a description in quotes');
      if (!shown.isText && line.includes(lostCharacter))
        return refuse(`put the right characters in place of ${lostCharacter}`);
    }
    try {
      const { id } = await resubmit(context, entry, line === asTyped(shown.line) ? null : Buffer.from(line));
      return reply.redirect(`/rejects?mended=${id}`, 303);
    } catch (error) {
      if (error instanceof RequestError && error.status === 400) return refuse(error.message);
      throw error;
    }
  });

  const deleting = route({
    summary: "Takes a line out of the ledger, as its page's button",
    needs: 'edit',
    changesState: true,
    answers: { 303: 'done', 404: 'there is none' },
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
      : store.ledger(entriesAtOnce, before === 0 ? null : before),
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

// The line alone, with what was typed and what is wrong with it.
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

function toShown(entry: LedgerEntry): RejectShown {
  const bytes = Buffer.from(entry.line);
  // NUL has no place in a page.
  const line = bytes.toString('utf8').replaceAll('\0', lostCharacter);
  return { ...entry, line, isText: isUtf8(bytes) && !bytes.includes(0), retried: null };
}

/** A line as it comes back from a form in which nothing was changed. */
function asTyped(line: string): string {
  return line.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
}
