// GET and POST /declare: the form that declares an incident, each time with a key of its own.

import { checkEvent, type Event, freshKey, keyTagOf, parseTime } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FieldProblem } from '../../../../web/filter';
import { type DeclareTyped, declarePage } from '../../../../web/incidents/declare-page';
import type { Frame } from '../../../../web/layout';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { type FormFields, parseFormBody } from '../../request/form-body';
import { withKey } from '../../request/mark-key';
import { choice } from '../../request/parameter-kinds';
import { Parameters } from '../../request/parameters';
import { RequestError } from '../../request/request-error';
import { page, route } from '../../request/route-options';
import { OneAtATime } from '../../security/one-at-a-time';
import type { RouteContext } from '../context';
import { addressAfter } from './span';

const severity = choice('the severity of the incident', ['1', '2', '3', '4'], '2');
const nothingTyped: DeclareTyped = { title: '', severity: '2', service: '', details: '', time: '' };

/** Adds the routes. */
export function addDeclarePage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const form = route({
    id: 'getDeclareForm',
    summary: 'Returns the form to declare an incident',
    needs: 'write',
    answers: { 200: page() },
  });
  app.get('/declare', form, async (request, reply) => {
    const frame = frameOf(request, pages);
    const parameters = new Parameters([request.query], frame.now, frame.viewer.zone);
    const declared = Number(parameters.last('declared') ?? Number.NaN);
    return sendForm(request, reply, frame, {
      typed: {
        ...nothingTyped,
        title: parameters.last('title') ?? '',
        service: parameters.last('service') ?? '',
      },
      declared: Number.isSafeInteger(declared) ? declared : null,
    });
  });

  const declaring = route({
    id: 'declareIncident',
    summary: 'Stores the start of an incident from a posted form, then redirects to its page',
    needs: 'write',
    changesState: true,
    answers: {
      303: 'the incident was declared, or this form was already sent',
      400: 'the form again, with the error',
      503: 'the incident was not stored; send it again',
    },
  });
  // A form that is sent twice declares one incident.
  const forms = new OneAtATime<string>();
  app.post('/declare', declaring, (request, reply) => {
    const fields = parseFormBody(request);
    return forms.run(fields.text('key'), () =>
      declare(context, frameOf(request, pages), request, reply, fields),
    );
  });
}

async function declare(
  context: RouteContext,
  frame: Frame,
  request: FastifyRequest,
  reply: FastifyReply,
  fields: FormFields,
): Promise<FastifyReply> {
  const { intake, store } = context;
  if (intake.isOverfull) throw RequestError.of('QUEUE_FULL');
  const given = new Parameters([{ severity: fields.text('severity') }], frame.now, frame.viewer.zone);
  const typed: DeclareTyped = {
    title: fields.text('title').trim(),
    severity: given.value('severity', severity),
    service: fields.text('service').trim(),
    details: fields.text('details').trim(),
    time: fields.text('time').trim(),
  };
  const key = fields.text('key');
  const read = readStart(typed, frame);
  if ('message' in read) return sendForm(request, reply.code(400), frame, { typed, problem: read, key });
  const event = await withKey(read, key, store);
  if ('message' in event) return sendForm(request, reply.code(400), frame, { typed, problem: event, key });
  const keyTag = keyTagOf(event.tags) ?? '';
  const id = await startOf(context, keyTag);
  if (id !== null) return leadTo(reply, frame, id);
  const { ids } = await intake.submit('http', (batch) => batch.addEvent(event));
  const [added = 0] = ids;
  return leadTo(reply, frame, added);
}

// The start of the span with a key; null without one.
async function startOf({ store, clock }: RouteContext, keyTag: string): Promise<number | null> {
  const now = clock();
  const query = { fromMs: now - 86_400_000, untilMs: now + 1, any: [keyTag], order: 'descending' } as const;
  const { spans } = await store.spans(query, 1, null);
  return spans[0]?.id ?? null;
}

function readStart(
  { title, severity: level, service, details, time }: DeclareTyped,
  { now, viewer: { zone } }: Frame,
): Event | FieldProblem {
  if (title === '') return { field: 'title', message: 'say in a few words what is wrong' };
  if (title.includes('\n')) return { field: 'title', message: 'one line; use the details for more' };
  const at = time === '' ? { ok: true as const, value: now } : parseTime(time, now, zone);
  if (!at.ok) return { field: 'time', message: at.problem.message };
  if (at.value > now) return { field: 'time', message: 'in the future; leave the time empty for now' };
  const event: Event = {
    time: at.value,
    type: `incident_sev${level}_start`,
    tags: service === '' ? [] : [`service=${service}`],
    description: details === '' ? title : `${title}\n${details}`,
  };
  if (/[\s;]/.test(service)) return { field: 'service', message: 'one word, without white space and ";"' };
  const checked = checkEvent(event);
  return checked.ok ? event : { field: null, message: checked.problem.message };
}

function sendForm(
  request: FastifyRequest,
  reply: FastifyReply,
  frame: Frame,
  {
    typed,
    problem = null,
    key = freshKey(),
    declared = null,
  }: {
    readonly typed: DeclareTyped;
    readonly problem?: FieldProblem | null;
    readonly key?: string;
    readonly declared?: number | null;
  },
): Promise<FastifyReply> {
  return sendPage(request, reply, declarePage(frame, { typed, problem, key, declared }));
}

function leadTo(reply: FastifyReply, { viewer, now }: Frame, id: number): FastifyReply {
  return reply.redirect(
    viewer.mayRead ? addressAfter(id, 'declared', id, now) : `/declare?declared=${id}`,
    303,
  );
}
