// GET and POST /sign-in, POST /sign-out: people sign in with a token, which a cookie keeps.

import type { FastifyInstance } from 'fastify';
import { signInPage } from '../../../web/sign-in-page';
import { parseFormBody } from '../../form-body';
import { frameOf, type PageContext, sendPage } from '../../page-answer';
import { Parameters } from '../../parameters';
import { RequestError } from '../../request-error';
import { route } from '../../route-options';
import { ownPage, setSignedIn } from '../../signing-in';
import type { RouteContext } from '../context';

/** Adds the routes. */
export function addSignIn(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const { keyring, clock, log, settings } = context;

  const form = route({
    summary: 'The form to sign in with a token',
    needs: 'nothing',
    query: { to: 'path of the page to go to afterwards' },
    answers: { 200: 'a page' },
  });
  app.get('/sign-in', form, (request, reply) => {
    const parameters = new Parameters([request.query], clock(), settings['time-zone']);
    const to = ownPage(parameters.last('to') ?? '');
    return sendPage(
      request,
      reply,
      signInPage(frameOf(request, pages), { to, message: null, isRefused: false }),
    );
  });

  const signingIn = route({
    summary: 'Signs in: sets the cookie that presents the token',
    needs: 'nothing',
    changesState: true,
    answers: { 303: 'done', 400: 'the form again: the token is unknown' },
  });
  app.post('/sign-in', signingIn, (request, reply) => {
    const fields = parseFormBody(request);
    const secret = fields.text('token').trim();
    const to = ownPage(fields.text('to'));
    const token = secret === '' ? null : keyring.find([secret]);
    if (token === null) {
      const { message } = RequestError.of('TOKEN_UNKNOWN');
      const view = { to, message: secret === '' ? 'a token is needed' : message, isRefused: true };
      return sendPage(request, reply.code(400), signInPage(frameOf(request, pages), view));
    }
    log.info({ name: token.name, peer: request.ip }, 'signed in');
    setSignedIn(request, reply, secret);
    return reply.redirect(to, 303);
  });

  const signingOut = route({
    summary: 'Signs out: takes the cookie back',
    needs: 'nothing',
    changesState: true,
    answers: { 303: 'done' },
  });
  app.post('/sign-out', signingOut, (request, reply) => {
    setSignedIn(request, reply, null);
    return reply.redirect('/sign-in', 303);
  });
}
